import { type FeatureKey, featureKey } from '@windhover/features';

/** Which of a server's endpoints has accepted the connection. */
export interface ConnectionEndpointNameFeature {
  /** The name that its configuration gave it, else what it listens on, e.g. `localhost:5000`. */
  readonly endpointName: string;
}

export const ConnectionEndpointNameFeature: FeatureKey<ConnectionEndpointNameFeature> =
  featureKey('connection-endpoint-name');
