import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The end of the connection as an `AbortSignal`. `Connection.onClosed` costs less.
 *
 * Source: Kestrel `IConnectionLifetimeFeature`.
 */
export interface ConnectionLifetimeFeature {
  /** Aborts when the connection is closed. The reason is the error that ended it, if there was one. Created on first use. */
  readonly connectionClosed: AbortSignal;
}

export const ConnectionLifetimeFeature: FeatureKey<ConnectionLifetimeFeature> = featureKey('connection-lifetime');
