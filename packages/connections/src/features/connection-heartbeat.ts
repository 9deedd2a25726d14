import { type FeatureKey, featureKey } from '@windhover/features';

/** Called about once a second. */
export interface HeartbeatListener {
  /** @param now milliseconds of a monotonic clock */
  heartbeat(now: number): void;
}

/**
 * Calls listeners about once a second to check timeouts, so that connections need no own timers.
 *
 * Source: Kestrel `IConnectionHeartbeatFeature`.
 */
export interface ConnectionHeartbeatFeature {
  /** Milliseconds of the monotonic clock of the heartbeat at its last beat. */
  readonly now: number;
  /**
   * The time, by this clock, at which a wait that begins now ends. It is one beat later than the last beat plus the
   * duration, because the last beat may have been up to one beat ago: a wait is never too short.
   *
   * @param duration milliseconds; Infinity for a wait without an end
   */
  deadlineAfter(duration: number): number;
  /** The listener is called on every beat until the connection is closed. */
  onHeartbeat(listener: HeartbeatListener): void;
  /** Removes a listener before the connection is closed, e.g. when another protocol takes the connection over. */
  offHeartbeat?(listener: HeartbeatListener): void;
}

export const ConnectionHeartbeatFeature: FeatureKey<ConnectionHeartbeatFeature> = featureKey('connection-heartbeat');
