import {
  type ClosedObserver,
  type Connection,
  ConnectionError,
  type ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
} from '@windhover/connections';
import { publishEnding } from '@windhover/diagnostics';
import { readableError } from '@windhover/thrown-values';
import { type ConnectionHost, ServerConnection } from './server-connection.ts';

// By name: an import would load all of `node:util`.
const debug = process.getBuiltinModule('node:util').debuglog('windhover:server');

/**
 * Connections whose timeouts are checked in one turn of the event loop. When thousands expire in one beat, each costs a
 * response and a close, and other clients would wait for all of them.
 */
const connectionsPerTurn = 256;

/**
 * The open connections of one endpoint.
 *
 * Source: Kestrel `ConnectionManager`
 */
export class ConnectionManager implements ClosedObserver {
  readonly #host: ConnectionHost;
  readonly #maxAge: number | null;
  readonly #connections = new Map<Connection, ServerConnection>();
  #whenEmpty: (() => void)[] = [];
  #isClosing = false;
  #isOver = false;
  /** Milliseconds of the clock at the last beat. */
  #beatTime = 0;
  /** Connections that the current beat has not reached; `undefined` between beats. */
  #beatRest: IterableIterator<ServerConnection> | undefined;
  /** Whether a beat arrived before the previous one was finished. */
  #isBeatDue = false;

  /** @param maxAge milliseconds after which a connection is asked to close; null for never */
  constructor(host: ConnectionHost, maxAge: number | null = null) {
    this.#host = host;
    this.#maxAge = maxAge;
  }

  /** Open connections. */
  get count(): number {
    return this.#connections.size;
  }

  /** Tracks a new connection until it closes. */
  add(connection: Connection): void {
    const kept = new ServerConnection(connection, this.#host);
    this.#connections.set(connection, kept);
    connection.onClosed(this);
    if (this.#maxAge !== null) kept.onHeartbeat(new ConnectionAge(kept, kept.deadlineAfter(this.#maxAge)));
    // Accepted just before the listener closed: it is served, and asked to close like the others.
    if (this.#isClosing) kept.requestClose();
    if (this.#isOver) connection.abort(serverHasEnded());
  }

  closed(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    const waiting = this.#whenEmpty;
    this.#whenEmpty = [];
    for (const resolve of waiting) resolve();
  }

  /**
   * Makes every connection check its timeouts: the first ones at once, the others in later turns of the event loop.
   * A connection whose check throws is aborted; the others continue.
   */
  beat(now: number): void {
    this.#beatTime = now;
    if (this.#beatRest === undefined) this.#beginBeat();
    else this.#isBeatDue = true;
  }

  #beginBeat(): void {
    this.#isBeatDue = false;
    this.#beatRest = this.#connections.values();
    this.#continueBeat();
  }

  #continueBeat(): void {
    for (let count = 0; count < connectionsPerTurn; count++) {
      const { done, value: kept } = this.#beatRest!.next();
      if (done === true) return this.#endBeat();
      try {
        kept.beat(this.#beatTime);
      } catch (error) {
        abortFailed(kept, error);
      }
    }
    setImmediate(() => this.#continueBeat());
  }

  #endBeat(): void {
    this.#beatRest = undefined;
    if (this.#isBeatDue) this.#beginBeat();
  }

  /**
   * Asks every connection, including those accepted later, to close gracefully. A connection whose listener throws is
   * aborted.
   */
  requestClose(): void {
    this.#isClosing = true;
    for (const kept of this.#connections.values()) {
      try {
        kept.requestClose();
      } catch (error) {
        abortFailed(kept, error);
      }
    }
  }

  /** Resets every connection, including those that a listener still accepts while it closes. */
  abortAll(): void {
    this.#isOver = true;
    const reason = serverHasEnded();
    for (const { connection } of this.#connections.values()) {
      publishEnding(connection, 'app_shutdown_timeout');
      connection.abort(reason);
    }
  }

  /** Resolves when no connection is open. */
  async whenEmpty(): Promise<void> {
    if (this.#connections.size > 0) await new Promise<void>((resolve) => void this.#whenEmpty.push(resolve));
  }
}

const serverHasEnded = (): Error => new ConnectionError('CONNECTION_ABORTED', 'The server has ended the connection');

const abortFailed = ({ connection }: ServerConnection, error: unknown): void => {
  debug('%s: a listener of the connection failed: %s', connection.id, error);
  connection.abort(readableError(error));
};

/** Asks a connection to close gracefully when it reaches its maximum age. */
class ConnectionAge implements HeartbeatListener {
  readonly #lifetime: ConnectionLifetimeNotificationFeature;
  readonly #until: number;

  /** @param until milliseconds of the heartbeat's clock */
  constructor(lifetime: ConnectionLifetimeNotificationFeature, until: number) {
    this.#lifetime = lifetime;
    this.#until = until;
  }

  heartbeat(now: number): void {
    if (now >= this.#until) this.#lifetime.requestClose();
  }
}
