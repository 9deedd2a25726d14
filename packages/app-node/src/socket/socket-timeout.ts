import type { Duplex } from 'node:stream';
import { longestTimer } from '@windhover/http';

/** Adds the listener of `setTimeout`, if any, or removes it when the time is 0. Source: Node.js `net.Socket.setTimeout` */
export const listenForTimeout = (socket: Duplex, milliseconds: number, listener: (() => void) | undefined): void => {
  if (listener === undefined) return;
  if (milliseconds === 0) socket.removeListener('timeout', listener);
  else socket.once('timeout', listener);
};

/**
 * The duration of a timer, at most `longestTimer`.
 *
 * Source: Node.js `internal/timers.js`, `getTimerDuration`
 *
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, RangeError `ERR_OUT_OF_RANGE`
 */
export const timerDuration = (milliseconds: unknown): number => {
  const says = `The value of "msecs" must be a number of milliseconds of at least 0; received ${String(milliseconds)}`;
  if (typeof milliseconds !== 'number') throw Object.assign(new TypeError(says), { code: 'ERR_INVALID_ARG_TYPE' });
  if (milliseconds >= 0 && Number.isFinite(milliseconds)) return Math.min(milliseconds, longestTimer);
  throw Object.assign(new RangeError(says), { code: 'ERR_OUT_OF_RANGE' });
};
