import type { Endpoint } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The connection of the request, as the application sees it. Middleware that trusts a proxy replaces the proxy's
 * address with the client's.
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
