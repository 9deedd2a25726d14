import type { ClosedObserver, Connection, ConnectionMiddleware } from '@windhover/connections';
import { type FeatureCollection, featureKey } from '@windhover/features';
import { SocketFacade } from '../socket/socket-facade.ts';

/** One open connection of a server. */
interface OpenConnection {
  readonly connection: Connection;
  /** Whether the program has emitted its stream. */
  readonly isEmitted: boolean;
  /** Created for the first listener or request that uses it. */
  facade: SocketFacade | undefined;
  /** Features of the running request: HTTP/1.1 runs one at a time. */
  request: FeatureCollection | undefined;
}

/** A running request and its connection. */
export interface OpenRequest {
  readonly request: FeatureCollection;
  readonly facade: SocketFacade;
}

/** Key for the entry of a connection, used by requests and at the end of the connection. */
const openConnectionKey = featureKey<OpenConnection>('app-node-open-connection');

/** Notified about the sockets of connections. */
export interface SocketObserver {
  /** Whether the observer wants the sockets of connections; otherwise they are created for requests only. */
  wantsSockets(): boolean;
  /** Called with the socket of an accepted connection. @param isEmitted whether the program has emitted its stream */
  opened(socket: SocketFacade, isEmitted: boolean, connection: Connection): void;
  /** Called when a connection has ended with an error. */
  failed(error: Error, socket: SocketFacade): void;
}

/** The open connections of a server. */
export class OpenConnections implements ClosedObserver {
  readonly #observer: SocketObserver;
  readonly #server: object;
  readonly #highWaterMark: number | undefined;
  readonly #open = new Set<OpenConnection>();

  /**
   * @param server property `server` of the sockets
   * @param highWaterMark of the sockets; `undefined` for that of Node
   */
  constructor(observer: SocketObserver, server: object, highWaterMark: number | undefined) {
    this.#observer = observer;
    this.#server = server;
    this.#highWaterMark = highWaterMark;
  }

  /** Number of accepted connections: streams that the program has emitted do not count, as in Node.js. */
  get size(): number {
    return [...this.#open].filter(({ isEmitted }) => !isEmitted).length;
  }

  /** Records the connections that pass. @param isEmitted whether they are streams that the program has emitted */
  middleware(isEmitted: boolean): ConnectionMiddleware {
    return (next) => (connection) => {
      const kept: OpenConnection = { connection, isEmitted, facade: undefined, request: undefined };
      this.#open.add(kept);
      connection.features.set(openConnectionKey, kept);
      connection.onClosed(this);
      if (this.#observer.wantsSockets()) this.#observer.opened(this.#facadeOf(kept), isEmitted, connection);
      // A listener has written a response before a request, and the socket reads the connection.
      if (kept.facade?.hasLeftHttp === true) return undefined;
      if (kept.facade !== undefined) kept.facade.isServed = true;
      return next(connection);
    };
  }

  closed({ features }: Connection, error?: Error): void {
    const kept = features.get(openConnectionKey);
    if (kept === undefined || !this.#open.delete(kept)) return;
    const reason = error && causeOf(error);
    if (reason !== undefined && this.#observer.wantsSockets()) this.#observer.failed(reason, this.#facadeOf(kept));
    kept.facade?.connectionClosed(reason);
  }

  /** The socket of a connection. */
  socketOf({ features }: Connection): SocketFacade {
    return this.#facadeOf(features.require(openConnectionKey));
  }

  /** Makes the connection of a request busy until `end`. @returns the entry of the connection: one for all its requests */
  begin(request: FeatureCollection): OpenRequest {
    const kept = request.require(openConnectionKey);
    kept.request = request;
    this.#facadeOf(kept);
    return kept as OpenRequest;
  }

  /** Called when a request has ended. */
  end(begun: OpenRequest): void {
    (begun as OpenConnection).request = undefined;
    begun.facade.exchange = undefined;
  }

  #facadeOf(kept: OpenConnection): SocketFacade {
    kept.facade ??= new SocketFacade(kept.connection.features, kept.connection, this.#server, this.#highWaterMark);
    return kept.facade;
  }

  /** Closes the connections without running requests. As in Node.js, upgraded connections are not idle. */
  endIdle(): void {
    for (const { connection, facade, request } of this.#open) {
      if (request === undefined && facade?.isDetached !== true) connection.dispose();
    }
  }

  /** Closes all connections. */
  endAll(): void {
    for (const { connection } of this.#open) connection.dispose();
  }
}

/** The error of the system, as `node:http` emits it. */
export const causeOf = (error: Error): Error => {
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? cause : error;
};
