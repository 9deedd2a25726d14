import { type FeatureKey, featureKey } from '@windhover/features';
import type { Endpoint } from '../endpoint.ts';

/** The endpoints of the connection. Source: Kestrel `IConnectionEndPointFeature`. */
export interface ConnectionEndpointFeature {
  /** The local endpoint, e.g. the address that a client of a wildcard endpoint connected to. */
  readonly localEndpoint: Endpoint | undefined;
  readonly remoteEndpoint: Endpoint | undefined;
}

export const ConnectionEndpointFeature: FeatureKey<ConnectionEndpointFeature> = featureKey('connection-endpoint');
