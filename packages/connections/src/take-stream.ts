import type { Duplex } from 'node:stream';
import type { Connection } from './connection.ts';

/**
 * Takes the Node.js stream that the connection consists of, started or not, for code that needs a stream (`ws`, `tls`),
 * without a layer in between. Afterwards the caller reads, writes and ends the stream and handles its errors. The
 * receiver is not called again; the connection still notifies its observers of the end. Only the current owner of the
 * connection may call it.
 *
 * @returns the stream, with everything in it that no receiver has received; paused when the connection was started.
 *   `undefined` when the connection is more than a stream (a layer that changes the bytes), is closed, or its peer has
 *   ended: use `toDuplex` then
 */
export const takeStream = (connection: Connection): Duplex | undefined => connection.takeStream?.();
