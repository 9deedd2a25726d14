import { type FeatureKey, featureKey } from '@windhover/features';

/** Values that layers store with the connection in addition to its features. Source: Kestrel `IConnectionItemsFeature`. */
export interface ConnectionItemsFeature {
  /** Created on first use. */
  readonly items: Map<unknown, unknown>;
}

export const ConnectionItemsFeature: FeatureKey<ConnectionItemsFeature> = featureKey('connection-items');
