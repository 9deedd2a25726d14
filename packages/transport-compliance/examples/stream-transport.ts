import type { Duplex } from 'node:stream';
import {
  type Connection,
  type ConnectionDelegate,
  ConnectionEndpointFeature,
  ConnectionError,
  type ConnectionListener,
  ConnectionTransportFeature,
  type CustomEndpoint,
  type Endpoint,
  StreamConnection,
  type Transport,
  TransportError,
  acceptConnection,
  formatEndpoint,
} from '@windhover/connections';
import { wire } from './wire.ts';

/** Where streams are served: a name in this process. */
export interface StreamEndpoint extends CustomEndpoint {
  readonly kind: 'x-stream';
  readonly name: string;
}

const isStreamEndpoint = (endpoint: Endpoint): endpoint is StreamEndpoint =>
  endpoint.kind === 'x-stream' && typeof endpoint['name'] === 'string';

/** A stream as a connection that knows its transport and both endpoints. */
class NamedStreamConnection extends StreamConnection implements ConnectionEndpointFeature, ConnectionTransportFeature {
  readonly transport = 'stream';
  readonly localEndpoint: StreamEndpoint;
  readonly remoteEndpoint: StreamEndpoint;

  constructor(stream: Duplex, localEndpoint: StreamEndpoint, remoteEndpoint: StreamEndpoint) {
    super(stream);
    this.localEndpoint = localEndpoint;
    this.remoteEndpoint = remoteEndpoint;
  }

  /** The connection object itself is the value of both features, so no object is created for them. */
  protected override builtIn(id: symbol): unknown {
    return id === ConnectionEndpointFeature.id || id === ConnectionTransportFeature.id ? this : undefined;
  }
}

/** One bound name. */
class StreamListener implements ConnectionListener {
  readonly endpoint: StreamEndpoint;
  readonly #accept: ConnectionDelegate;
  readonly #release: () => void;

  constructor(endpoint: StreamEndpoint, accept: ConnectionDelegate, release: () => void) {
    this.endpoint = endpoint;
    this.#accept = accept;
    this.#release = release;
  }

  serve(stream: Duplex, remoteEndpoint: StreamEndpoint): void {
    acceptConnection(new NamedStreamConnection(stream, this.endpoint, remoteEndpoint), this.#accept);
  }

  /** Stops listening. Streams that were served before this call are already accepted, so there is nothing to wait for. */
  async unbind(): Promise<void> {
    this.#release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unbind();
  }
}

/** Serves streams from any source: stdin and stdout, a serial port, a tunnel, a pair in memory. */
export class StreamTransport implements Transport {
  readonly name = 'streams';
  readonly #listeners = new Map<string, StreamListener>();
  #clients = 0;

  canBind(endpoint: Endpoint): boolean {
    return isStreamEndpoint(endpoint);
  }

  async bind(endpoint: Endpoint, accept: ConnectionDelegate): Promise<ConnectionListener> {
    if (!isStreamEndpoint(endpoint)) {
      const detail = 'This transport listens on { kind: "x-stream", name } only';
      throw new TransportError('TRANSPORT_ENDPOINT_NOT_SUPPORTED', formatEndpoint(endpoint), { detail });
    }
    const { name } = endpoint;
    if (this.#listeners.has(name)) {
      const detail = `Unbind the listener that has the name "${name}", or choose another one`;
      throw new TransportError('TRANSPORT_ADDRESS_IN_USE', formatEndpoint(endpoint), { detail });
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
   * Hands a stream to the listener of the name.
   *
   * @throws ConnectionError `CONNECTION_REFUSED` if the name has no listener; the stream is destroyed then
   */
  serve(name: string, stream: Duplex, remoteEndpoint: StreamEndpoint = this.#nextClient()): void {
    const listener = this.#listeners.get(name);
    if (listener === undefined) {
      stream.destroy();
      throw new ConnectionError('CONNECTION_REFUSED', `No listener is bound to the name "${name}"`);
    }
    listener.serve(stream, remoteEndpoint);
  }

  /** A client in this process. */
  connect(endpoint: StreamEndpoint): Connection {
    const [near, far] = wire();
    const own = this.#nextClient();
    this.serve(endpoint.name, far, own);
    return new NamedStreamConnection(near, own, endpoint);
  }

  #nextClient(): StreamEndpoint {
    return { kind: 'x-stream', name: `client-${++this.#clients}` };
  }
}
