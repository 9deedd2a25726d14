import { type FeatureKey, featureKey } from '@windhover/features';

/** The endpoint of the server that accepted the connection. */
export interface ConnectionEndpointNameFeature {
  /** The name in the configuration, else the address, e.g. `localhost:5000`. */
  readonly endpointName: string;
}

export const ConnectionEndpointNameFeature: FeatureKey<ConnectionEndpointNameFeature> =
  featureKey('connection-endpoint-name');
