import { type FeatureKey, featureKey } from '@windhover/features';

/** Which of a server's end points has accepted the connection. */
export interface ConnectionEndPointNameFeature {
  /** The name that its configuration gave it, else what it listens on, e.g. `localhost:5000`. */
  readonly endPointName: string;
}

export const ConnectionEndPointNameFeature: FeatureKey<ConnectionEndPointNameFeature> =
  featureKey('connection-end-point-name');
