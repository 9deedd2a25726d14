import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The end of the connection as a signal, for code that waits with one; `Connection.onClosed` costs less.
 *
 * Source: Kestrel `IConnectionLifetimeFeature`.
 */
export interface ConnectionLifetimeFeature {
  /** Aborts when the connection is closed, with the error that ended it as its reason if one did. Made when asked for. */
  readonly connectionClosed: AbortSignal;
}

export const ConnectionLifetimeFeature: FeatureKey<ConnectionLifetimeFeature> = featureKey('connection-lifetime');
