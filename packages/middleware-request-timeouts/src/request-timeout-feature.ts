import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpContext } from '@windhover/http';

/**
 * The time limit of a request, for handlers.
 *
 * Source: ASP.NET Core `IHttpRequestTimeoutFeature`, `RequestTimeoutAttribute`, `DisableRequestTimeoutAttribute`
 */
export interface RequestTimeout {
  /**
   * Sets another limit, counted from now: milliseconds, the name of a policy, or `null` for none. Does nothing after
   * the limit has expired.
   *
   * @throws RequestTimeoutsError `REQUEST_TIMEOUTS_LIMIT_INVALID`, `REQUEST_TIMEOUTS_POLICY_UNKNOWN`
   */
  set(policy: number | string | null): void;
  /** Removes the limit, e.g. for a response that never ends. */
  disable(): void;
}

/** The time limit of the request. Set by `requestTimeouts`. */
export const RequestTimeoutFeature: FeatureKey<RequestTimeout> = featureKey('request-timeout');

/** The time limit of the request. Throws FeatureMissingError if `requestTimeouts` has not run. */
export const requestTimeoutOf = ({ features }: HttpContext): RequestTimeout => features.require(RequestTimeoutFeature);
