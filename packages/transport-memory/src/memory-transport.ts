import {
  type BindOptions,
  type Connection,
  type ConnectionDelegate,
  ConnectionError,
  type ConnectionListener,
  type Endpoint,
  type Transport,
  TransportError,
  formatEndpoint,
} from '@windhover/connections';
import { MemoryConnection } from './memory-connection.ts';
import { MemoryListener } from './memory-listener.ts';
import {
  type MemoryTransportOptions,
  type ResolvedMemoryTransportOptions,
  resolveMemoryTransportOptions,
} from './memory-options.ts';

/**
 * Connections inside one process: no descriptors, no ports, bytes move in later turns of the event loop. Each
 * transport has its own names.
 *
 * Source: Kestrel's in-memory transport for tests, made public.
 */
export class MemoryTransport implements Transport {
  readonly name = 'memory';
  readonly #options: ResolvedMemoryTransportOptions;
  readonly #listeners = new Map<string, MemoryListener>();
  #clients = 0;

  /** @throws RangeError when an option is out of range */
  constructor(options?: MemoryTransportOptions) {
    this.#options = resolveMemoryTransportOptions(options);
  }

  canBind(endpoint: Endpoint): boolean {
    return endpoint.kind === 'memory';
  }

  /** @throws TransportError `TRANSPORT_ADDRESS_IN_USE`, `TRANSPORT_ENDPOINT_NOT_SUPPORTED` */
  async bind(endpoint: Endpoint, accept: ConnectionDelegate, options?: BindOptions): Promise<ConnectionListener> {
    if (endpoint.kind !== 'memory') {
      const detail = 'The memory transport listens on endpoints of the kind "memory" only';
      throw new TransportError('TRANSPORT_ENDPOINT_NOT_SUPPORTED', formatEndpoint(endpoint), { detail });
    }
    const { name } = endpoint;
    if (this.#listeners.has(name)) {
      const detail = 'Unbind the listener that has this name, or choose another name';
      throw new TransportError('TRANSPORT_ADDRESS_IN_USE', formatEndpoint(endpoint), { detail });
    }
    // With 0, a write of nothing would wait for `drained`, which follows only bytes.
    const highWaterMark = Math.max(options?.maxWriteBufferSize ?? this.#options.highWaterMark, 1);
    const forget = (): boolean => this.#listeners.delete(name);
    const listener = new MemoryListener({ kind: 'memory', name }, highWaterMark, accept, forget);
    this.#listeners.set(name, listener);
    return listener;
  }

  /**
   * Opens a connection to a listener of this transport. The client may write at once.
   *
   * @throws ConnectionError `CONNECTION_REFUSED` when the endpoint is not bound
   */
  connect(endpoint: Endpoint): Connection {
    const listener = endpoint.kind === 'memory' ? this.#listeners.get(endpoint.name) : undefined;
    if (listener === undefined) {
      throw new ConnectionError('CONNECTION_REFUSED', `Nothing listens on ${formatEndpoint(endpoint)}`);
    }
    const local = { kind: 'memory', name: `client-${++this.#clients}` } as const;
    const marks = [this.#options.highWaterMark, listener.highWaterMark] as const;
    const [client, served] = MemoryConnection.pair([local, listener.endpoint], marks);
    listener.enqueue(served);
    return client;
  }
}
