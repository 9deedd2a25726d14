import type { Duplex } from 'node:stream';

const aboveKey = Symbol.for('@windhover/stream-above');

interface LayeredStream extends Duplex {
  [aboveKey]?: Duplex;
}

/**
 * To be called by whoever lays one Node stream on the handle of another, as `new TLSSocket(socket)` does: the one above
 * then shuts the handle down, of which the one below knows nothing.
 */
export const setStreamAbove = (below: Duplex, above: Duplex): void => {
  (below as LayeredStream)[aboveKey] = above;
};

/** What writes to the handle of a stream: the one that was laid on it, or it is the stream itself. */
export const streamAbove = (stream: Duplex): Duplex => (stream as LayeredStream)[aboveKey] ?? stream;

/** Whether all is written and the end of a stream is on its way; Node refuses to reset a socket then, and never closes it. */
export const isShuttingDown = ({ writableEnded, writableFinished, writableLength }: Duplex): boolean =>
  writableEnded && !writableFinished && writableLength === 0;
