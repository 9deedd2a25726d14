import type { Socket } from 'node:net';
import {
  ConnectionEndpointFeature,
  ConnectionSocketFeature,
  ConnectionTransportFeature,
  type Endpoint,
  StreamConnection,
  isShuttingDown,
  streamAbove,
} from '@windhover/connections';
import { AcceptedSocket, type SocketReader } from './reused-read-buffer.ts';
import { ipEndpoint } from './socket-endpoints.ts';

/** The kind of a Node.js socket; `pipe` is a Windows named pipe. */
export type SocketKind = 'tcp' | 'unix' | 'pipe';

/** The values that all connections of one listener share. */
export interface SocketOrigin {
  readonly transport: SocketKind;
  /** The endpoint, for unix sockets and pipes, which cannot report it; `undefined` if the socket reports it. */
  readonly localEndpoint: Endpoint | undefined;
  readonly remoteEndpoint: Endpoint | undefined;
}

/**
 * A TCP or unix socket of Node.js as a `Connection`. The object itself implements its features.
 *
 * Source: Kestrel `SocketConnection`.
 */
export class SocketConnection
  extends StreamConnection<Socket>
  implements ConnectionEndpointFeature, ConnectionTransportFeature, ConnectionSocketFeature, SocketReader
{
  readonly #origin: SocketOrigin;

  /** @param socket connected, with `allowHalfOpen`, without `data` or `readable` listeners */
  constructor(socket: Socket, origin: SocketOrigin) {
    super(socket);
    this.#origin = origin;
    if (socket instanceof AcceptedSocket) socket.reader = this;
  }

  protected override builtIn(id: symbol): unknown {
    return id === ConnectionEndpointFeature.id ||
      id === ConnectionTransportFeature.id ||
      id === ConnectionSocketFeature.id
      ? this
      : undefined;
  }

  get socket(): Socket {
    return this.stream;
  }

  get transport(): SocketKind {
    return this.#origin.transport;
  }

  /** `undefined` if it is read for the first time after the connection has closed. */
  get localEndpoint(): Endpoint | undefined {
    return this.#origin.localEndpoint ?? ipEndpoint(this.socket.localAddress, this.socket.localPort);
  }

  /** `undefined` if first read after the connection has closed. A unix client has an empty path, a pipe client an empty name. */
  get remoteEndpoint(): Endpoint | undefined {
    return this.#origin.remoteEndpoint ?? ipEndpoint(this.socket.remoteAddress, this.socket.remotePort);
  }

  /** Sends an RST over TCP. A unix socket or a pipe has no reset: its peer sees an end, or an error when it writes. */
  protected override reset(): void {
    const { socket } = this;
    const above = streamAbove(socket);
    if (this.#origin.transport !== 'tcp') {
      socket.destroy();
    } else if (!isShuttingDown(above)) {
      socket.resetAndDestroy();
    } else if (above === socket) {
      // Nothing is queued before the FIN, so it is sent by the next turn of the event loop.
      socket.once('finish', () => socket.resetAndDestroy());
    } else {
      // A last TLS message may be queued before the FIN, and wait for a peer that does not read.
      socket.destroy();
    }
  }
}
