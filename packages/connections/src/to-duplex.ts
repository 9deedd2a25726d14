import type { Duplex } from 'node:stream';
import { ConnectionDuplex } from './connection-duplex.ts';
import type { Connection } from './connection.ts';
import { ConnectionSocketFeature } from './features/connection-socket.ts';

/** The socket whose bytes are the connection's own; not one that lies below a middleware such as TLS. */
const ownSocket = (connection: Connection): Duplex | undefined => {
  const feature = connection.features.get(ConnectionSocketFeature);
  return (feature as unknown) === connection ? feature?.takeSocket?.() : undefined;
};

/**
 * Makes a Node stream of a connection and starts it, for code that wants a stream: `ws`, `pipeline`, `tls`. It is half
 * open like the connection, respects backpressure both ways, `destroy` disposes of the connection, or aborts it if given
 * an error, and the error that ends the connection is the stream's. `close` comes when the connection is closed.
 *
 * Where the connection is a socket that nobody has started yet, the stream is that socket itself: the fast way for
 * `tls`. Its `destroy` closes the socket without a reset.
 */
export const toDuplex = (connection: Connection): Duplex => ownSocket(connection) ?? new ConnectionDuplex(connection);
