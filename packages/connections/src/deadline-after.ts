import type { ConnectionHeartbeatFeature } from './features/connection-heartbeat.ts';

/** Between two beats, in milliseconds. */
const beat = 1000;

/**
 * The time, by the heartbeat's clock, at which a wait is over. It counts from the last beat and gives one beat more, so
 * that it is never short.
 *
 * @param duration milliseconds; Infinity for a wait without an end
 */
export const deadlineAfter = ({ now }: Pick<ConnectionHeartbeatFeature, 'now'>, duration: number): number =>
  now + duration + beat;
