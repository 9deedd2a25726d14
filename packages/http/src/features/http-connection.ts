import type { Endpoint } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Between whom the request runs, as the application is to see it: middleware that trusts a proxy in front puts the
 * client's address in place of the proxy's.
 *
 * Source: Kestrel `IHttpConnectionFeature`
 */
export interface HttpConnectionFeature {
  /** Unique in this process; safe to log. */
  readonly connectionId: string;
  localEndpoint: Endpoint | undefined;
  remoteEndpoint: Endpoint | undefined;
}

export const HttpConnectionFeature: FeatureKey<HttpConnectionFeature> = featureKey('http-connection');
