import type { Endpoint } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The values of a request before forwarded values replaced them. Exists only for changed requests. Unlike the X-Original
 * fields, a client cannot set it.
 */
export interface ForwardedHeadersFeature {
  /** The endpoint of the proxy. */
  readonly originalRemoteEndpoint: Endpoint | undefined;
  readonly originalScheme: string;
  readonly originalHost: string;
  readonly originalPathBase: string;
}

export const ForwardedHeadersFeature: FeatureKey<ForwardedHeadersFeature> = featureKey('forwarded-headers');
