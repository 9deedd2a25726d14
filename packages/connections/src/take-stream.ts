import type { Duplex } from 'node:stream';
import type { Connection } from './connection.ts';

/** A connection that is nothing but a Node stream, and can give that stream away. */
interface StreamOwner {
  takeStream(): Duplex | undefined;
}

/**
 * Takes the Node stream that the connection is, started or not: from now on the caller reads, writes and ends it in place
 * of the receiver, and the connection only tells its observers of the end. So code that needs a stream (`ws`) has the
 * socket itself, and nothing in between. Only for whoever the connection was handed to.
 *
 * @returns paused, with what has come and nobody has read; `undefined` where the connection is more than a stream, is over,
 *   or its peer has ended: `toDuplex` makes a stream of it then
 */
export const takeStream = (connection: Connection): Duplex | undefined =>
  (connection as Partial<StreamOwner>).takeStream?.();
