import type { Duplex } from 'node:stream';
import {
  type Connection,
  type ConnectionDelegate,
  ConnectionEndPointFeature,
  ConnectionError,
  type ConnectionListener,
  ConnectionTransportFeature,
  type CustomEndPoint,
  type EndPoint,
  StreamConnection,
  type Transport,
  TransportError,
  acceptConnection,
  formatEndPoint,
} from '@windhover/connections';
import { wire } from './wire.ts';

/** Where streams are served: a name in this process. */
export interface StreamEndPoint extends CustomEndPoint {
  readonly kind: 'x-stream';
  readonly name: string;
}

const isStreamEndPoint = (endPoint: EndPoint): endPoint is StreamEndPoint =>
  endPoint.kind === 'x-stream' && typeof endPoint['name'] === 'string';

/** A stream as a connection that knows what carries it, and between whom it runs. */
class NamedStreamConnection extends StreamConnection implements ConnectionEndPointFeature, ConnectionTransportFeature {
  readonly transport = 'stream';
  readonly localEndPoint: StreamEndPoint;
  readonly remoteEndPoint: StreamEndPoint;

  constructor(stream: Duplex, localEndPoint: StreamEndPoint, remoteEndPoint: StreamEndPoint) {
    super(stream);
    this.localEndPoint = localEndPoint;
    this.remoteEndPoint = remoteEndPoint;
  }

  /** The connection is its own features: nothing is made before somebody asks. */
  protected override builtIn(id: symbol): unknown {
    return id === ConnectionEndPointFeature.id || id === ConnectionTransportFeature.id ? this : undefined;
  }
}

/** A name that is listened on. */
class StreamListener implements ConnectionListener {
  readonly endPoint: StreamEndPoint;
  readonly #accept: ConnectionDelegate;
  readonly #release: () => void;

  constructor(endPoint: StreamEndPoint, accept: ConnectionDelegate, release: () => void) {
    this.endPoint = endPoint;
    this.#accept = accept;
    this.#release = release;
  }

  serve(stream: Duplex, remoteEndPoint: StreamEndPoint): void {
    acceptConnection(new NamedStreamConnection(stream, this.endPoint, remoteEndPoint), this.#accept);
  }

  /** Whoever was served before this call has been accepted already: there is nothing to wait for. */
  async unbind(): Promise<void> {
    this.#release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unbind();
  }
}

/** Serves streams that come from anywhere: stdin and stdout, a serial port, a tunnel, a pair in memory. */
export class StreamTransport implements Transport {
  readonly name = 'streams';
  readonly #listeners = new Map<string, StreamListener>();
  #clients = 0;

  canBind(endPoint: EndPoint): boolean {
    return isStreamEndPoint(endPoint);
  }

  async bind(endPoint: EndPoint, accept: ConnectionDelegate): Promise<ConnectionListener> {
    if (!isStreamEndPoint(endPoint)) {
      const detail = 'This transport listens on { kind: "x-stream", name } only';
      throw new TransportError('TRANSPORT_END_POINT_NOT_SUPPORTED', formatEndPoint(endPoint), { detail });
    }
    const { name } = endPoint;
    if (this.#listeners.has(name)) {
      const detail = `Unbind the listener that has the name "${name}", or choose another one`;
      throw new TransportError('TRANSPORT_ADDRESS_IN_USE', formatEndPoint(endPoint), { detail });
    }
    const release = (): void => {
      // The name may belong to the next listener by now.
      if (this.#listeners.get(name) === listener) this.#listeners.delete(name);
    };
    const listener = new StreamListener({ kind: 'x-stream', name }, accept, release);
    this.#listeners.set(name, listener);
    return listener;
  }

  /**
   * Hands a stream to whoever listens on the name.
   *
   * @throws ConnectionError `CONNECTION_REFUSED` when nobody does; the stream is destroyed then
   */
  serve(name: string, stream: Duplex, remoteEndPoint: StreamEndPoint = this.#nextClient()): void {
    const listener = this.#listeners.get(name);
    if (listener === undefined) {
      stream.destroy();
      throw new ConnectionError('CONNECTION_REFUSED', `Nobody listens on the name "${name}"`);
    }
    listener.serve(stream, remoteEndPoint);
  }

  /** A client in this process. */
  connect(endPoint: StreamEndPoint): Connection {
    const [near, far] = wire();
    const own = this.#nextClient();
    this.serve(endPoint.name, far, own);
    return new NamedStreamConnection(near, own, endPoint);
  }

  #nextClient(): StreamEndPoint {
    return { kind: 'x-stream', name: `client-${++this.#clients}` };
  }
}
