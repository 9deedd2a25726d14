import type { FeatureCollection } from '@windhover/features';

/**
 * A two-way stream of bytes: a TCP or unix socket, TLS over one, an upgraded HTTP exchange, one end of a memory pair.
 *
 * The receiver is handed over once, with `start`; before that nothing is read. All calls are synchronous, and after
 * `closed` they do nothing.
 *
 * Source: Kestrel `ConnectionContext`; push instead of pipes, so that a received chunk costs one call and no object.
 */
export interface Connection {
  /** Unique in this process; safe to log. */
  readonly id: string;
  /** What is known of the connection: its endpoints, TLS state, the Node socket if there is one, … */
  readonly features: FeatureCollection;
  /**
   * Bytes flow to the receiver from here on. A second call replaces the receiver, which is how an upgraded exchange
   * takes the connection over; what the first one was told (`ended`) is not told again. A receiver that comes after the
   * end of the connection is still told `closed`.
   */
  start(receiver: Receiver): void;
  /** No `received` and no `ended` after the current one, until `resume`. May be called before `start`. */
  pause(): void;
  resume(): void;
  /**
   * Queues bytes for the peer. The caller leaves a `Uint8Array` untouched from now on.
   *
   * @param bytes a string stands for one byte a character (latin1)
   * @returns false when more is queued than the high-water mark: wait for `Receiver.drained` before writing on
   */
  write(bytes: Uint8Array | string): boolean;
  /** Sends what is queued, then the end of our side (FIN). Reading goes on: the other side may still talk. */
  end(): void;
  /**
   * Drops what is queued and resets the connection. Only `closed` follows, not within this call, with the reason or a
   * `ConnectionError` `CONNECTION_ABORTED`; the peer is told `CONNECTION_RESET`.
   */
  abort(reason?: Error): void;
  /**
   * Ends the connection for us, without a reset where the transport can: what has been handed to the system is still
   * delivered, what comes is dropped. `closed` follows, without an error.
   */
  dispose(): void;
  /**
   * Calls `closed` of the observer once, after the receiver's, whatever became of the connection; also if the
   * observer comes after the end.
   */
  onClosed(observer: ClosedObserver): void;
  /**
   * Whoever accepts the connection, e.g. a server, gives it features of its own: they are found where the connection has
   * none itself. Once, before `start`. A connection without it stores them one by one.
   */
  inherit?(features: FeatureCollection): void;
}

/** Where the bytes of a connection go. */
export interface Receiver {
  /** Bytes from the peer, at least one. The receiver owns them: a transport never uses that memory again. */
  received(bytes: Uint8Array): void;
  /** The write queue is empty again after `write` returned false. */
  drained(): void;
  /** The peer has ended its side (FIN). Ours stays open until `end` or `abort`. */
  ended(): void;
  /** The connection is over: exactly once and last, with the error if one ended it. */
  closed(error?: Error): void;
}

/** Whoever counts or cleans up connections without being their receiver. */
export interface ClosedObserver {
  closed(connection: Connection, error?: Error): void;
}

/**
 * Takes a connection over. It may return at once: the connection lives until it is closed. An error thrown, or a
 * rejected promise, aborts the connection.
 *
 * Source: Kestrel `ConnectionDelegate`.
 */
export type ConnectionDelegate = (connection: Connection) => void | Promise<void>;

/**
 * Stands between a transport and a protocol: passes on the connection, or another one that it makes of it (TLS), or
 * refuses it by aborting.
 *
 * Source: Kestrel `IConnectionBuilder.Use`.
 */
export type ConnectionMiddleware = (next: ConnectionDelegate) => ConnectionDelegate;

/** Folds connection middleware around the protocol at its end; the first one sees the connection first. */
export const buildConnectionPipeline = (
  middleware: readonly ConnectionMiddleware[],
  terminal: ConnectionDelegate,
): ConnectionDelegate => middleware.reduceRight((next, use) => use(next), terminal);
