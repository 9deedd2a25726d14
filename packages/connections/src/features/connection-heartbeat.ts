import { type FeatureKey, featureKey } from '@windhover/features';

/** Called about once a second. */
export interface HeartbeatListener {
  /** @param now milliseconds of a monotonic clock */
  heartbeat(now: number): void;
}

/**
 * The second hand of the server: timeouts are checked on it, so that no connection needs a timer of its own.
 *
 * Source: Kestrel `IConnectionHeartbeatFeature`.
 */
export interface ConnectionHeartbeatFeature {
  /** Milliseconds of the clock that the heartbeat reads, as of its last beat. */
  readonly now: number;
  /** The listener is called on every beat until the connection is closed. */
  onHeartbeat(listener: HeartbeatListener): void;
  /** Lets go of a listener before that, e.g. of a protocol that has handed the connection over. */
  offHeartbeat?(listener: HeartbeatListener): void;
}

export const ConnectionHeartbeatFeature: FeatureKey<ConnectionHeartbeatFeature> = featureKey('connection-heartbeat');
