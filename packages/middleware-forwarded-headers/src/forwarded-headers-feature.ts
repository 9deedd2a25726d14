import type { Endpoint } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The original values of a request whose values were replaced by forwarded values. Absent for unchanged requests.
 * Unlike the X-Original fields, a client cannot set it.
 */
export interface ForwardedHeadersFeature {
  /** The endpoint of the proxy. */
  readonly originalRemoteEndpoint: Endpoint | undefined;
  readonly originalScheme: string;
  readonly originalHost: string;
  readonly originalPathBase: string;
}

export const ForwardedHeadersFeature: FeatureKey<ForwardedHeadersFeature> = featureKey('forwarded-headers');
