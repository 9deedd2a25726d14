import type { ConnectionHeartbeatFeature } from './features/connection-heartbeat.ts';

/** Milliseconds between two beats. */
const beat = 1000;

/**
 * The time, by the clock of the heartbeat, at which a wait ends. It counts from the last beat and adds one beat, so that
 * the wait is never too short.
 *
 * @param duration milliseconds; Infinity for a wait without an end
 */
export const deadlineAfter = ({ now }: Pick<ConnectionHeartbeatFeature, 'now'>, duration: number): number =>
  now + duration + beat;
