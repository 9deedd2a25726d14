import {
  type BindOptions,
  type Connection,
  type ConnectionDelegate,
  type ConnectionListener,
  type Endpoint,
  type SocketOptions,
  type Transport,
  formatEndpoint,
} from '@windhover/connections';
import { ServerError } from '../errors.ts';

/** The parts of the server that the sockets of an endpoint use. */
export interface SocketsHost {
  readonly transportFor: (endpoint: Endpoint) => Transport;
  readonly bindOptions: BindOptions;
  isStopping(): boolean;
  warn(message: string): void;
  inform(message: string): void;
}

/** One listening socket. It can move to another endpoint, which then receives its connections. */
class ListeningSocket {
  /** The requested endpoint, possibly with port 0. */
  readonly requested: Endpoint;
  accept: ConnectionDelegate;
  listener!: ConnectionListener;

  constructor(requested: Endpoint, accept: ConnectionDelegate) {
    this.requested = requested;
    this.accept = accept;
  }

  isFor(endpoint: Endpoint): boolean {
    const { isDeepStrictEqual } = process.getBuiltinModule('node:util');
    return isDeepStrictEqual(endpoint, this.requested) || isDeepStrictEqual(endpoint, this.listener.endpoint);
  }
}

/**
 * The listening sockets of one endpoint. They are bound by it or taken over from endpoints that it replaces, so that no
 * client is refused during the change.
 */
export class EndpointSockets {
  readonly #accept: ConnectionDelegate;
  readonly #options: SocketOptions;
  readonly #host: SocketsHost;
  readonly #own: ListeningSocket[] = [];
  /** Sockets of other endpoints that `takeOver` will take. */
  readonly #claims = new Map<ListeningSocket, EndpointSockets>();
  /** Sockets that another endpoint will take over. */
  readonly #claimed = new Set<ListeningSocket>();
  #replaced: readonly EndpointSockets[] = [];
  #isClosed = false;

  /** @param accept called with each connection */
  constructor(accept: ConnectionDelegate, options: SocketOptions, host: SocketsHost) {
    this.#accept = accept;
    this.#options = options;
    this.#host = host;
  }

  /** Listening endpoints, with real ports. */
  get endpoints(): readonly Endpoint[] {
    return [...this.#own, ...this.#claims.keys()].map(({ listener }) => listener.endpoint);
  }

  /** Lets `bind` claim the sockets of these endpoints. */
  replace(others: readonly EndpointSockets[]): void {
    this.#replaced = others;
  }

  /**
   * Listens on an endpoint, or claims the socket of a replaced endpoint that listens on it.
   *
   * @throws TransportError; ServerError `SERVER_NO_TRANSPORT`, `SERVER_STOPPED`
   */
  async bind(endpoint: Endpoint): Promise<ConnectionListener> {
    const listener = this.#claim(endpoint) ?? (await this.#listen(endpoint));
    if (this.#host.isStopping()) throw new ServerError('SERVER_STOPPED');
    return listener;
  }

  #claim(endpoint: Endpoint): ConnectionListener | undefined {
    const { isDeepStrictEqual } = process.getBuiltinModule('node:util');
    for (const other of this.#replaced) {
      if (other.#isClosed || !isDeepStrictEqual(other.#options, this.#options)) continue;
      const socket = other.#own.find((candidate) => !other.#claimed.has(candidate) && candidate.isFor(endpoint));
      if (socket === undefined) continue;
      other.#claimed.add(socket);
      this.#claims.set(socket, other);
      return socket.listener;
    }
    return undefined;
  }

  async #listen(endpoint: Endpoint): Promise<ConnectionListener> {
    const socket = new ListeningSocket(endpoint, this.#accept);
    const accept = (connection: Connection): void | Promise<void> => socket.accept(connection);
    socket.listener = await this.#host
      .transportFor(endpoint)
      .bind(endpoint, accept, { ...this.#host.bindOptions, ...this.#options });
    this.#own.push(socket);
    return socket.listener;
  }

  /** Closes a listener that `bind` returned, or releases its claim. It never rejects. */
  async giveBack(listener: ConnectionListener): Promise<void> {
    for (const [socket, other] of this.#claims) {
      if (socket.listener === listener) await this.#release(socket, other);
    }
    const at = this.#own.findIndex((socket) => socket.listener === listener);
    if (at !== -1) await this.#close(this.#own.splice(at, 1)[0]!);
  }

  /** Gives up a claim. An endpoint that was closed in the meantime has left its claimed sockets open. */
  async #release(socket: ListeningSocket, other: EndpointSockets): Promise<void> {
    this.#unclaim(socket, other);
    if (other.#isClosed) await this.#close(socket);
  }

  #unclaim(socket: ListeningSocket, other: EndpointSockets): void {
    this.#claims.delete(socket);
    other.#claimed.delete(socket);
  }

  /** Takes over the claimed sockets and their future connections. */
  takeOver(): void {
    for (const [socket, other] of this.#claims) {
      this.#unclaim(socket, other);
      other.#own.splice(other.#own.indexOf(socket), 1);
      socket.accept = this.#accept;
      this.#own.push(socket);
    }
  }

  /** Closes all own sockets that no other endpoint has claimed, and releases all claims. It never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const unclaimed = this.#own.filter((socket) => !this.#claimed.has(socket));
    await Promise.all([
      ...[...this.#claims].map(([socket, other]) => this.#release(socket, other)),
      ...unclaimed.map((socket) => this.#close(socket)),
    ]);
    for (const socket of unclaimed) this.#own.splice(this.#own.indexOf(socket), 1);
  }

  async #close({ listener }: ListeningSocket): Promise<void> {
    try {
      await listener.unbind();
    } catch (error) {
      this.#host.warn(`${formatEndpoint(listener.endpoint)} could not be unbound. ${String(error)}`);
    }
  }
}
