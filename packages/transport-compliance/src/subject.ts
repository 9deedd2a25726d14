import type { Connection, Endpoint, Transport } from '@windhover/connections';

/** What a kind of connection cannot do, because what lies below it cannot. */
export interface ConnectionTraits {
  /**
   * Whether the peer can tell an abort from an end. Default true; false for unix sockets and stream pairs, whose peer
   * may be told `ended` instead of `CONNECTION_RESET`.
   */
  readonly resets?: boolean;
}

/** The transport under test. */
export interface TransportSubject extends ConnectionTraits {
  readonly transport: Transport;
  /** A free endpoint to bind on; asked once or more in each check. */
  endpoint(): Endpoint;
  /** A client of a bound endpoint. Throws or rejects when nobody listens there. */
  connect(endpoint: Endpoint): Connection | Promise<Connection>;
}

/** Connections under test that no transport has made: middleware, bridges, upgraded exchanges. */
export interface ConnectionSubject extends ConnectionTraits {
  /** Two ends of one fresh connection, neither of them started. */
  pair(): ConnectionPair | Promise<ConnectionPair>;
}

/** Two ends of one connection. */
export interface ConnectionPair {
  readonly client: Connection;
  readonly served: Connection;
}

/** One behaviour, as any test runner takes it: `it(name, run)`. */
export interface ComplianceCheck {
  readonly name: string;
  /** Rejects with an `AssertionError` when the behaviour is not shown, at the latest after ten seconds without news. */
  readonly run: () => Promise<void>;
}
