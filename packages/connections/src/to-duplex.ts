import type { Duplex } from 'node:stream';
import { ConnectionDuplex } from './connection-duplex.ts';
import type { Connection } from './connection.ts';
import { ConnectionSocketFeature } from './features/connection-socket.ts';
import { takeStream } from './take-stream.ts';

/** The socket of a connection that is a socket and has not been started, paused or read. */
const untouchedSocket = (connection: Connection): Duplex | undefined => {
  const feature = connection.features.get(ConnectionSocketFeature);
  const isUntouched = (feature as unknown) === connection && feature?.socket.readableFlowing === null;
  return isUntouched ? takeStream(connection) : undefined;
};

/**
 * Makes a Node stream of a connection and starts the connection, for code that needs a stream: `ws`, `pipeline`, `tls`.
 * The stream is half open, has backpressure in both directions, and fails with the error that ends the connection.
 * `destroy()` disposes of the connection; `destroy(error)` aborts it. `close` is emitted when the connection is closed.
 *
 * For a socket that was not started the result is the socket itself, the fast way for `tls`. Its `destroy` closes the
 * socket without a reset.
 */
export const toDuplex = (connection: Connection): Duplex =>
  untouchedSocket(connection) ?? new ConnectionDuplex(connection);
