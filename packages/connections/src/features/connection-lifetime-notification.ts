import { type FeatureKey, featureKey } from '@windhover/features';

/** A protocol that can end its connection politely. */
export interface CloseRequestListener {
  /** Finish what runs, tell the peer in the protocol's own way, then close. Called at most once. */
  closeRequested(): void;
}

/**
 * How a server asks the protocol on a connection to come to an end.
 *
 * Source: Kestrel `IConnectionLifetimeNotificationFeature`.
 */
export interface ConnectionLifetimeNotificationFeature {
  readonly isCloseRequested: boolean;
  /** Aborts when an end is asked for; `onCloseRequested` costs less. Made when asked for. */
  readonly connectionClosedRequested: AbortSignal;
  /** Asks the protocol to end the connection politely; later calls do nothing. */
  requestClose(): void;
  /**
   * Called when an end is asked for, at once if it already was. Of several listeners the last one is called: the layer on
   * top knows what runs. A layer in between looks at `connectionClosedRequested`.
   */
  onCloseRequested(listener: CloseRequestListener): void;
}

export const ConnectionLifetimeNotificationFeature: FeatureKey<ConnectionLifetimeNotificationFeature> = featureKey(
  'connection-lifetime-notification',
);
