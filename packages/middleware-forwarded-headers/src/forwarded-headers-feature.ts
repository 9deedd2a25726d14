import type { Endpoint } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * What the proxy's own request was, before what it has forwarded took the place. There only for requests that were
 * changed; unlike the X-Original fields, no client can make it up.
 */
export interface ForwardedHeadersFeature {
  /** The proxy, or what stands for it on its connection. */
  readonly originalRemoteEndpoint: Endpoint | undefined;
  readonly originalScheme: string;
  readonly originalHost: string;
  readonly originalPathBase: string;
}

export const ForwardedHeadersFeature: FeatureKey<ForwardedHeadersFeature> = featureKey('forwarded-headers');
