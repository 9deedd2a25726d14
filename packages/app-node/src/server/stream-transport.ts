import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import {
  type Connection,
  type ConnectionDelegate,
  type ConnectionListener,
  type Endpoint,
  type Transport,
  TlsConnectionFeature,
  TlsHandshakeFeature,
  acceptConnection,
  fromDuplex,
} from '@windhover/connections';
import { TlsSocketFeatures } from '@windhover/tls';
import { SocketConnection, type SocketOrigin } from '@windhover/transport-sockets';
import { DetachedSocket } from '../upgrade/detached-socket.ts';

/**
 * The transport of streams that a program has opened and passes to a server. Streams passed before `bind` wait for it.
 */
export class StreamTransport implements Transport {
  readonly name = 'streams';
  readonly #waiting: Connection[] = [];
  #accept: ConnectionDelegate | undefined;

  canBind(): boolean {
    return true;
  }

  bind(endpoint: Endpoint, accept: ConnectionDelegate): Promise<ConnectionListener> {
    this.#accept = accept;
    for (const connection of this.#waiting.splice(0)) acceptConnection(connection, accept);
    const unbind = (): Promise<void> => Promise.resolve();
    return Promise.resolve({ endpoint, unbind, [Symbol.asyncDispose]: unbind });
  }

  /**
   * Serves a stream.
   *
   * @throws TypeError for a stream of objects or of text
   */
  serve(stream: Duplex): void {
    const connection = connectionOf(stream);
    if (this.#accept === undefined) this.#waiting.push(connection);
    else acceptConnection(connection, this.#accept);
  }

  /** Closes the streams that wait. */
  discard(): void {
    for (const connection of this.#waiting.splice(0)) connection.dispose();
  }
}

const tcp: SocketOrigin = { transport: 'tcp', localEndpoint: undefined, remoteEndpoint: undefined };
const nameless: Endpoint = { kind: 'unix', path: '' };
const unix: SocketOrigin = { transport: 'unix', localEndpoint: nameless, remoteEndpoint: nameless };

const connectionOf = (stream: Duplex): Connection => {
  if (stream instanceof TLSSocket) return new TlsSocketConnection(stream);
  if (!(stream instanceof Socket) || stream instanceof DetachedSocket) return fromDuplex(stream);
  return new SocketConnection(stream, stream.remoteAddress === undefined ? unix : tcp);
};

/** A connection of a socket whose handshake another server has done. */
class TlsSocketConnection extends SocketConnection {
  readonly #tls: TlsSocketFeatures;

  constructor(socket: TLSSocket) {
    super(socket, tcp);
    this.#tls = new TlsSocketFeatures(socket);
  }

  protected override builtIn(id: symbol): unknown {
    return id === TlsHandshakeFeature.id || id === TlsConnectionFeature.id ? this.#tls : super.builtIn(id);
  }

  /** A TLS socket has no reset. */
  protected override reset(): void {
    this.stream.destroy();
  }
}
