import { type FeatureKey, featureKey } from '@windhover/features';
import type { Endpoint } from '../endpoint.ts';

/** Between whom the connection runs. Source: Kestrel `IConnectionEndPointFeature`. */
export interface ConnectionEndpointFeature {
  /** Our side, e.g. the address that a client of a wildcard endpoint really reached. */
  readonly localEndpoint: Endpoint | undefined;
  readonly remoteEndpoint: Endpoint | undefined;
}

export const ConnectionEndpointFeature: FeatureKey<ConnectionEndpointFeature> = featureKey('connection-endpoint');
