import type { Connection } from './connection.ts';
import { ConnectionSocketFeature } from './features/connection-socket.ts';
import { ConnectionTransportFeature } from './features/connection-transport.ts';

/** Milliseconds of silence before each TCP probe. */
const probeDelay = 15_000;

/**
 * Finds out whether a peer that has ended its side still reads, or has closed the connection: a FIN is the same for both.
 * A protocol calls it at the end of its peer, and then about once a second, while it has something to send, possibly much
 * later. A connection that the peer has closed is closed with an error.
 *
 * - TCP: keep-alive probes. A peer that reads acknowledges them. The system of a peer that has closed answers with a reset
 *   once it has forgotten the connection, on Linux after 60 seconds.
 * - Unix sockets: closed connections are noticed at the next call.
 * - Connections without a socket, and named pipes: no effect.
 *
 * Source: RFC 9293 3.6, half-closed connections, and 3.8.4, keep-alive
 */
export const probePeer = ({ features }: Connection): void => {
  const socket = features.get(ConnectionSocketFeature)?.socket;
  if (socket === undefined || features.get(ConnectionTransportFeature)?.transport === 'pipe') return;
  socket.setKeepAlive(true, probeDelay);
  // After the end of the peer Node.js does not poll the socket. An empty write sends nothing, and fails after a reset.
  if (socket.writable && socket.writableLength === 0) socket.write('');
};
