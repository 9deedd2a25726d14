import type { Connection, Endpoint, Transport } from '@windhover/connections';

/** Limits of a kind of connection that follow from its byte stream. */
export interface ConnectionTraits {
  /**
   * Whether the peer can distinguish an abort from an end. Default true; false for unix sockets and stream pairs, whose
   * peer may get `ended` instead of `CONNECTION_RESET`.
   */
  readonly resets?: boolean;
}

/** The transport under test. */
export interface TransportSubject extends ConnectionTraits {
  readonly transport: Transport;
  /** Returns a free endpoint to bind; each check calls it at least once. */
  endpoint(): Endpoint;
  /** Connects a client to a bound endpoint. Throws or rejects if the endpoint is not bound. */
  connect(endpoint: Endpoint): Connection | Promise<Connection>;
}

/** Connections under test that do not come from a transport: middleware, bridges, upgraded exchanges. */
export interface ConnectionSubject extends ConnectionTraits {
  /** Makes the two ends of a new connection, neither of them started. */
  pair(): ConnectionPair | Promise<ConnectionPair>;
}

/** Two ends of one connection. */
export interface ConnectionPair {
  readonly client: Connection;
  readonly served: Connection;
}

/** The check of one behaviour, for any test runner: `it(name, run)`. */
export interface ComplianceCheck {
  readonly name: string;
  /** Rejects with an `AssertionError` if the behaviour is wrong, or if no event occurs for ten seconds. */
  readonly run: () => Promise<void>;
}
