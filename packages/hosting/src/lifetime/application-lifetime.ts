import { type FeatureCollection, type FeatureKey, featureKey } from '@windhover/features';
import type { ReadinessFeature } from './readiness-feature.ts';

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

/** The lifetime of the host, for its connections and requests. */
export const ApplicationLifetimeFeature: FeatureKey<ApplicationLifetime> = featureKey('application-lifetime');

/**
 * A signal that aborts when the host begins to stop, for responses that do not end by themselves: server-sent events, long
 * polls. `context.signal` aborts only when the client has gone or the shutdown timeout has passed.
 *
 * @throws FeatureMissingError the request does not come from a host
 */
export const stoppingOf = ({ features }: { readonly features: FeatureCollection }): AbortSignal =>
  features.require(ApplicationLifetimeFeature).stopping;

/** The three moments, with the host's side of them. */
export class HostLifetime implements ApplicationLifetime, ReadinessFeature {
  readonly #started = new AbortController();
  readonly #stopping = new AbortController();
  readonly #stopped = new AbortController();
  #requestStop: (() => void) | undefined;

  get started(): AbortSignal {
    return this.#started.signal;
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  get isReady(): boolean {
    return this.started.aborted && !this.stopping.aborted;
  }

  stopApplication(): void {
    this.#requestStop?.();
  }

  /** Called at `stopApplication`. */
  onStopRequested(requestStop: () => void): void {
    this.#requestStop = requestStop;
  }

  notifyStarted(): void {
    this.#started.abort();
  }

  notifyStopping(): void {
    this.#stopping.abort();
  }

  notifyStopped(): void {
    this.#stopped.abort();
  }
}
