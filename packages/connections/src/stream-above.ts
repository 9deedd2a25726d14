import type { Duplex } from 'node:stream';

const aboveKey = Symbol.for('@windhover/stream-above');

interface LayeredStream extends Duplex {
  [aboveKey]?: Duplex;
}

/**
 * Records that one Node stream uses the handle of another, as `new TLSSocket(socket)` does. The stream above then shuts the
 * handle down, which the stream below does not notice. The code that makes the stream above calls this.
 */
export const setStreamAbove = (below: Duplex, above: Duplex): void => {
  (below as LayeredStream)[aboveKey] = above;
};

/** The stream that writes to the handle of a stream: the recorded stream above it, or the stream itself. */
export const streamAbove = (stream: Duplex): Duplex => (stream as LayeredStream)[aboveKey] ?? stream;

/** Whether everything is written and the end of the stream is being sent. Node does not reset or close a socket in that state. */
export const isShuttingDown = ({ writableEnded, writableFinished, writableLength }: Duplex): boolean =>
  writableEnded && !writableFinished && writableLength === 0;
