import { type FeatureKey, featureKey } from '@windhover/features';

/** A protocol that can end its connection in its own way. */
export interface CloseRequestListener {
  /** Finishes the running work, notifies the peer as the protocol defines, then closes. Called at most once. */
  closeRequested(): void;
}

/**
 * Lets a server ask the protocol of a connection to end it.
 *
 * Source: Kestrel `IConnectionLifetimeNotificationFeature`.
 */
export interface ConnectionLifetimeNotificationFeature {
  readonly isCloseRequested: boolean;
  /** Aborts when the end is requested. Created on first use; `onCloseRequested` costs less. */
  readonly connectionClosedRequested: AbortSignal;
  /** Requests the end of the connection. Later calls do nothing. */
  requestClose(): void;
  /**
   * Sets the listener that is called when the end is requested, at once if it already was. Only the last listener is called,
   * because the uppermost layer knows the running work. A layer below it uses `connectionClosedRequested`.
   */
  onCloseRequested(listener: CloseRequestListener): void;
}

export const ConnectionLifetimeNotificationFeature: FeatureKey<ConnectionLifetimeNotificationFeature> = featureKey(
  'connection-lifetime-notification',
);
