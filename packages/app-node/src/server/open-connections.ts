import type { ClosedObserver, Connection, ConnectionMiddleware } from '@windhover/connections';
import { type FeatureCollection, featureKey } from '@windhover/features';
import { SocketFacade } from '../socket-facade.ts';

/** One open connection of a server, and how many requests run on it. */
interface OpenConnection {
  readonly connection: Connection;
  /** Made when the first listener or request asks for it. */
  facade: SocketFacade | undefined;
  requests: number;
}

/** Requests, and the end of a connection, find its entry by it. */
const openConnectionKey = featureKey<OpenConnection>('app-node-open-connection');

/** The server that has the connections. */
export interface ConnectionOwner {
  /** Whether a listener wants the socket of each connection. */
  readonly wantsSockets: boolean;
  /** `highWaterMark` of the sockets; `undefined` for that of Node. */
  readonly highWaterMark: number | undefined;
  /** The socket of a connection that was accepted. */
  opened(socket: SocketFacade): void;
  /** A connection has ended with an error. */
  failed(error: Error, socket: SocketFacade): void;
}

/** The open connections of a server. */
export class OpenConnections implements ClosedObserver {
  readonly #owner: ConnectionOwner;
  readonly #open = new Set<OpenConnection>();

  constructor(owner: ConnectionOwner) {
    this.#owner = owner;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Keeps the connections that pass. */
  readonly middleware: ConnectionMiddleware = (next) => (connection) => {
    const kept: OpenConnection = { connection, facade: undefined, requests: 0 };
    this.#open.add(kept);
    connection.features.set(openConnectionKey, kept);
    connection.onClosed(this);
    if (this.#owner.wantsSockets) this.#owner.opened(this.#facadeOf(kept));
    return next(connection);
  };

  closed({ features }: Connection, error?: Error): void {
    const kept = features.get(openConnectionKey);
    if (kept === undefined || !this.#open.delete(kept)) return;
    if (error !== undefined && this.#owner.wantsSockets) this.#owner.failed(error, this.#facadeOf(kept));
    kept.facade?.connectionClosed();
  }

  /** A request begins, and counts until `end`. @returns the socket of its connection */
  begin(request: FeatureCollection): SocketFacade {
    const kept = request.require(openConnectionKey);
    kept.requests++;
    return this.#facadeOf(kept);
  }

  /** A request is over. */
  end(request: FeatureCollection): void {
    const kept = request.require(openConnectionKey);
    kept.requests--;
    if (kept.facade !== undefined) kept.facade.exchange = undefined;
  }

  #facadeOf(kept: OpenConnection): SocketFacade {
    kept.facade ??= new SocketFacade(kept.connection.features, kept.connection, this.#owner, this.#owner.highWaterMark);
    return kept.facade;
  }

  /** Ends the connections on which no request runs. */
  endIdle(): void {
    for (const { connection, requests } of this.#open) if (requests === 0) connection.dispose();
  }

  /** Ends all of them. */
  endAll(): void {
    for (const { connection } of this.#open) connection.dispose();
  }
}
