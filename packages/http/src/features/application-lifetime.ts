import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The stages in the life of a host, for code that starts or ends with it.
 *
 * Source: ASP.NET Core `IHostApplicationLifetime`
 */
export interface ApplicationLifetime {
  /** Aborts when every address is bound. */
  readonly started: AbortSignal;
  /** Aborts when the host begins to stop: requests are still running. */
  readonly stopping: AbortSignal;
  /** Aborts when the host has stopped: no request runs any more. */
  readonly stopped: AbortSignal;
  /** Asks the host to stop, and does not wait for it. */
  stopApplication(): void;
}

/** The lifetime of the host, for its connections and requests. Absent without a host. */
export const ApplicationLifetimeFeature: FeatureKey<ApplicationLifetime> = featureKey('application-lifetime');
