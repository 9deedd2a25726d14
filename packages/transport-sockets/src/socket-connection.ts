import type { Buffer } from 'node:buffer';
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

/** What carries a socket of Node; `pipe` is a Windows named pipe. */
export type SocketKind = 'tcp' | 'unix' | 'pipe';

/** What all connections of one listener have in common. */
export interface SocketOrigin {
  readonly transport: SocketKind;
  /** The endpoints that a unix socket or a pipe cannot tell itself; `undefined` where the socket is asked. */
  readonly localEndpoint: Endpoint | undefined;
  readonly remoteEndpoint: Endpoint | undefined;
}

/**
 * A TCP or unix socket of Node as a `Connection`, which is its own features.
 *
 * Source: Kestrel `SocketConnection`.
 */
export class SocketConnection
  extends StreamConnection<Socket>
  implements ConnectionEndpointFeature, ConnectionTransportFeature, ConnectionSocketFeature, SocketReader
{
  readonly #origin: SocketOrigin;

  /** @param socket connected, with `allowHalfOpen`, without listeners for its bytes */
  constructor(socket: Socket, origin: SocketOrigin) {
    super(socket);
    this.#origin = origin;
    if (socket instanceof AcceptedSocket) socket.reader = this;
  }

  /** Passes bytes to the receiver without a detour through the stream. Called by the socket. */
  read(bytes: Buffer): boolean {
    const receiver = this.flowingReceiver;
    receiver?.received(bytes);
    return receiver !== undefined;
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

  /** `undefined` when it is asked for the first time after the end. */
  get localEndpoint(): Endpoint | undefined {
    return this.#origin.localEndpoint ?? ipEndpoint(this.socket.localAddress, this.socket.localPort);
  }

  /** `undefined` when it is asked for the first time after the end; a unix client has an empty path, a pipe's an empty name. */
  get remoteEndpoint(): Endpoint | undefined {
    return this.#origin.remoteEndpoint ?? ipEndpoint(this.socket.remoteAddress, this.socket.remotePort);
  }

  /** A real RST for tcp. A unix socket or a pipe has none: its peer sees an end, or an error when it writes. */
  protected override reset(): void {
    const { socket } = this;
    const above = streamAbove(socket);
    if (this.#origin.transport !== 'tcp') {
      socket.destroy();
    } else if (!isShuttingDown(above)) {
      socket.resetAndDestroy();
    } else if (above === socket) {
      // The FIN has nothing to wait for: it is out in the next turn of the event loop.
      socket.once('finish', () => socket.resetAndDestroy());
    } else {
      // A last message of TLS may go before the FIN, and wait for a peer that does not read.
      socket.destroy();
    }
  }
}
