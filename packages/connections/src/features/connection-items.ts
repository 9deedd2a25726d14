import { type FeatureKey, featureKey } from '@windhover/features';

/** Where layers keep what belongs to the connection, beside the features. Source: Kestrel `IConnectionItemsFeature`. */
export interface ConnectionItemsFeature {
  /** Made when it is first asked for. */
  readonly items: Map<unknown, unknown>;
}

export const ConnectionItemsFeature: FeatureKey<ConnectionItemsFeature> = featureKey('connection-items');
