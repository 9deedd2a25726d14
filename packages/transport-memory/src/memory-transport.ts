import {
  type BindOptions,
  type Connection,
  type ConnectionDelegate,
  ConnectionError,
  type ConnectionListener,
  type EndPoint,
  type Transport,
  TransportError,
  formatEndPoint,
} from '@windhover/connections';
import { MemoryConnection } from './memory-connection.ts';
import { MemoryListener } from './memory-listener.ts';
import { type MemoryTransportOptions, resolveMemoryTransportOptions } from './memory-options.ts';

/**
 * Connections inside one process: no descriptors, no ports, bytes move in later turns of the event loop. Each
 * transport has its own names.
 *
 * Source: Kestrel's in-memory transport for tests, made public.
 */
export class MemoryTransport implements Transport {
  readonly name = 'memory';
  readonly #options: MemoryTransportOptions;
  readonly #listeners = new Map<string, MemoryListener>();
  #clients = 0;

  /** @throws RangeError when an option is out of range */
  constructor(options?: Partial<MemoryTransportOptions>) {
    this.#options = resolveMemoryTransportOptions(options);
  }

  canBind(endPoint: EndPoint): boolean {
    return endPoint.kind === 'memory';
  }

  /** @throws TransportError `TRANSPORT_ADDRESS_IN_USE`, `TRANSPORT_END_POINT_NOT_SUPPORTED` */
  async bind(endPoint: EndPoint, accept: ConnectionDelegate, options?: BindOptions): Promise<ConnectionListener> {
    if (endPoint.kind !== 'memory') {
      const detail = 'The memory transport listens on end points of the kind "memory" only';
      throw new TransportError('TRANSPORT_END_POINT_NOT_SUPPORTED', formatEndPoint(endPoint), { detail });
    }
    const { name } = endPoint;
    if (this.#listeners.has(name)) {
      const detail = 'Unbind the listener that has this name, or choose another name';
      throw new TransportError('TRANSPORT_ADDRESS_IN_USE', formatEndPoint(endPoint), { detail });
    }
    const highWaterMark = options?.maxWriteBufferSize ?? this.#options.highWaterMark;
    const forget = (): boolean => this.#listeners.delete(name);
    const listener = new MemoryListener({ kind: 'memory', name }, highWaterMark, accept, forget);
    this.#listeners.set(name, listener);
    return listener;
  }

  /**
   * Opens a connection to a listener of this transport. What the client writes at once is not lost.
   *
   * @throws ConnectionError `CONNECTION_REFUSED` when nothing listens there
   */
  connect(endPoint: EndPoint): Connection {
    const listener = endPoint.kind === 'memory' ? this.#listeners.get(endPoint.name) : undefined;
    if (listener === undefined) {
      throw new ConnectionError('CONNECTION_REFUSED', `Nothing listens on ${formatEndPoint(endPoint)}`);
    }
    const local = { kind: 'memory', name: `client-${++this.#clients}` } as const;
    const marks = [this.#options.highWaterMark, listener.highWaterMark] as const;
    const [client, served] = MemoryConnection.pair([local, listener.endPoint], marks);
    listener.enqueue(served);
    return client;
  }
}
