import type { Duplex } from 'node:stream';
import type { FeatureCollection } from '@windhover/features';

/**
 * A two-way stream of bytes: a TCP or unix socket, TLS over one, an HTTP/2 stream, an upgraded HTTP exchange, one end of a
 * memory pair. A layer over another connection is a `Connection` again (`LayeredConnection`).
 *
 * All calls are synchronous. No call of a connection calls a receiver before it returns: received bytes, `drained`,
 * `ended` and `closed` come in a later microtask or turn of the event loop. A receiver may call the connection at any
 * time, also while it is being called. After `closed`, calls do nothing.
 *
 * `connectionCompliance` of `@windhover/transport-compliance` checks all of these rules.
 *
 * Source: Kestrel `ConnectionContext`; push instead of pipes, so that a received chunk costs one call and no object.
 */
export interface Connection {
  /** Unique in this process; safe to log. */
  readonly id: string;
  /** Facts about the connection: its endpoints, TLS state, the Node socket if there is one, … */
  readonly features: FeatureCollection;
  /**
   * Starts the delivery of bytes to the receiver. Bytes that arrive before `start` wait. Nothing is delivered inside
   * `start`.
   *
   * A second call replaces the receiver, also from inside a call of the first one; an upgraded exchange takes over the
   * connection in this way. If the first receiver was notified of `ended`, the new one is not. A receiver passed after
   * the end of the connection is called with `closed`.
   */
  start(receiver: Receiver): void;
  /** After it returns, `received` and `ended` are not called until `resume`. May be called before `start`. */
  pause(): void;
  /** Ends a pause. The bytes that wait are delivered later, not inside this call. */
  resume(): void;
  /**
   * Queues bytes for the peer. The caller must not change a `Uint8Array` after this call.
   *
   * @param bytes a string is sent as one byte per character (latin1)
   * @returns false when more is queued than the high-water mark: wait for `Receiver.drained` before writing more
   */
  write(bytes: Uint8Array | string): boolean;
  /**
   * Queues several pieces and sends them in one write without joining them first. Otherwise the same as `write`. Absent
   * if it gains nothing, or if the connection inspects written bytes; callers then use `write`.
   */
  writeAll?(pieces: readonly Uint8Array[]): boolean;
  /** Sends the queued bytes, then the end of this side (FIN). The peer may still send, and its bytes are still received. */
  end(): void;
  /**
   * Discards the queued bytes and resets the connection. Nothing is delivered after it except `closed`, with the reason or
   * a `ConnectionError` `CONNECTION_ABORTED`. The peer's connection closes with `CONNECTION_RESET`.
   */
  abort(reason?: Error): void;
  /**
   * Ends the connection without a reset if the transport can: bytes passed to the system are still sent, received bytes
   * are dropped. Nothing is delivered after it except `closed`, without an error.
   */
  dispose(): void;
  /**
   * Calls `closed` of the observer once, after the receiver's, however the connection ends. An observer added after the
   * end is called, too.
   */
  onClosed(observer: ClosedObserver): void;
  /**
   * Adds a collection of fallback features, for features that neither the connection nor the connections below it have.
   * The acceptor of a connection, e.g. a server, calls it at most once, before `start`. For a connection without this
   * method the acceptor sets its features one by one.
   */
  inherit?(features: FeatureCollection): void;
  /**
   * Gives away the Node stream that the connection consists of. Call the function `takeStream`, which describes the rules.
   * A connection that is more than a stream does not have it, or returns `undefined`.
   */
  takeStream?(): Duplex | undefined;
}

/** Receives the bytes and events of a connection. */
export interface Receiver {
  /** Bytes from the peer, at least one. The receiver owns them: a transport never uses that memory again. */
  received(bytes: Uint8Array): void;
  /**
   * Bytes from the peer in memory that the transport uses again, for all of its connections. Only for receivers that copy
   * each byte that they keep: after the call, the memory has the bytes of another client. During the call the receiver may
   * change it.
   *
   * A transport that reads into one buffer calls it instead of `received`, which saves a copy of each read. Other
   * connections, and connections that deliver bytes later, call `received` of the same receiver.
   *
   * @param memory its first `size` bytes are the received ones
   * @param size at least 1
   */
  borrowed?(memory: Uint8Array, size: number): void;
  /** The write queue is empty again after `write` returned false. */
  drained(): void;
  /** The peer has ended its side (FIN). This side stays open until `end`, `abort` or `dispose`. */
  ended(): void;
  /** The connection is closed: exactly once and last, with the error if an error ended it. */
  closed(error?: Error): void;
}

/** Counts connections, or cleans up after them, without being their receiver. */
export interface ClosedObserver {
  closed(connection: Connection, error?: Error): void;
}

/**
 * Takes over a connection. It may return at once: the connection lives until it is closed. A thrown error or a rejected
 * promise aborts the connection.
 *
 * Source: Kestrel `ConnectionDelegate`.
 */
export type ConnectionDelegate = (connection: Connection) => void | Promise<void>;

/**
 * Runs between a transport and a protocol: it passes the connection on, or a connection that it layers over it (TLS), or
 * refuses it by aborting.
 *
 * Source: Kestrel `IConnectionBuilder.Use`.
 */
export type ConnectionMiddleware = (next: ConnectionDelegate) => ConnectionDelegate;

/** Folds connection middleware around the protocol at the end; the first middleware receives the connection first. */
export const buildConnectionPipeline = (
  middleware: readonly ConnectionMiddleware[],
  terminal: ConnectionDelegate,
): ConnectionDelegate => middleware.reduceRight((next, use) => use(next), terminal);
