// oxlint-disable typescript/unbound-method -- an emitter calls its listeners with itself as `this`
import type { Duplex } from 'node:stream';
import { ConnectionBase } from './connection-base.ts';
import type { Receiver } from './connection.ts';
import { ConnectionError } from './errors.ts';
import { ownCopy } from './own-copy.ts';

const connectionKey = Symbol('windhover.connection');

/** A stream that refers to its connection, so that all streams share the listener functions below. */
interface LinkedStream extends Duplex {
  [connectionKey]: StreamConnection;
}

/** Events that wait for the end of a pause. */
const Owed = { nothing: 0, end: 1, endAndClosed: 2 } as const;

/** Without a stack: a reset by the peer has nothing to do with the current stack, and happens often. */
const asConnectionError = (cause: Error): Error => {
  if (cause instanceof ConnectionError) return cause;
  const { stackTraceLimit } = Error;
  // Not by assignment, which throws if the intrinsics are frozen.
  Reflect.set(Error, 'stackTraceLimit', 0);
  const error = new ConnectionError('CONNECTION_RESET', undefined, { cause });
  Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  return error;
};

/**
 * A Node stream as a `Connection`. It adds one object to the stream; a received chunk costs one call and a write goes
 * straight to the stream. The socket transport's connections extend it.
 *
 * Source: Kestrel `SocketConnection`, for any stream.
 */
export class StreamConnection<S extends Duplex = Duplex> extends ConnectionBase {
  /** The stream below. Reading or writing it directly would bypass the connection. */
  protected readonly stream: S;
  #receiver: Receiver | undefined;
  /** The error that `closed` will report. */
  #error: Error | undefined;
  #paused = false;
  /** Writes no longer reach the stream: this side has ended or aborted, or the stream has failed. */
  #ended = false;
  #aborted = false;
  #disposed = false;
  /** `takeStream` has given the stream away. */
  #released = false;
  /** A socket without unread bytes emits `end` also while it is paused. */
  #owed: (typeof Owed)[keyof typeof Owed] = Owed.nothing;

  /** @param stream in byte mode, connected, without listeners for its bytes; it keeps the defaults of `autoDestroy` */
  constructor(stream: S) {
    super();
    this.stream = stream;
    (stream as unknown as LinkedStream)[connectionKey] = this;
    if (stream.closed) {
      this.#tellClosed();
    } else {
      stream.on('error', StreamConnection.#onError);
      stream.on('close', StreamConnection.#onClose);
    }
  }

  start(receiver: Receiver): void {
    if (this.isClosed) return this.startAfterClosed(receiver);
    const first = this.#receiver === undefined;
    this.#receiver = receiver;
    if (first && !this.#aborted && !this.#released) this.#listen();
  }

  #listen(): void {
    const { stream } = this;
    if (stream.readableEnded) {
      this.#owed = Owed.end;
      process.nextTick(StreamConnection.#onLateEnd, this);
    }
    stream.on('end', StreamConnection.#onEnd);
    stream.on('drain', StreamConnection.#onDrain);
    // Last, because a 'data' listener starts the flow unless the stream is paused.
    stream.on('data', StreamConnection.#onData);
    if (!this.#paused) stream.resume();
  }

  pause(): void {
    this.#paused = true;
    this.stream.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#owed !== Owed.nothing) process.nextTick(StreamConnection.#onLateEnd, this);
    // Without a 'data' listener a flowing stream discards its bytes.
    if (this.#receiver !== undefined && !this.#aborted) this.stream.resume();
  }

  /**
   * Passes bytes to the receiver without a detour through the stream; only a receiver that borrows them gets no copy. For
   * a stream that reads into memory that it uses again.
   *
   * @param memory its first `size` bytes have been read; the next read overwrites them
   * @returns false if there is no receiver, while it is paused, and after `abort`: the stream has to keep the bytes
   */
  read(memory: Uint8Array, size: number): boolean {
    const receiver = this.#receiver;
    if (receiver === undefined || this.#paused || this.#aborted) return false;
    if (receiver.borrowed === undefined) receiver.received(ownCopy(memory.subarray(0, size)));
    else receiver.borrowed(memory, size);
    return true;
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.#ended || this.stream.destroyed) return false;
    return typeof bytes === 'string' ? this.stream.write(bytes, 'latin1') : this.stream.write(bytes);
  }

  /** As `write`, in one write of the stream. A subclass that overrides `write` overrides this, too. */
  override writeAll(pieces: readonly Uint8Array[]): boolean {
    const { stream } = this;
    if (this.#ended || stream.destroyed) return false;
    // Corked pieces reach a socket in one `writev`.
    stream.cork();
    for (const piece of pieces) stream.write(piece);
    stream.uncork();
    return !stream.writableNeedDrain;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.stream.end();
  }

  abort(reason: Error = new ConnectionError('CONNECTION_ABORTED')): void {
    if (this.#isOver) return;
    this.#error = reason;
    this.#silence();
    if (this.stream.destroyed) return;
    this.stream.pause();
    this.reset(reason);
  }

  dispose(): void {
    if (this.#isOver) return;
    this.#disposed = true;
    this.#silence();
    this.stream.destroy();
  }

  /** Whether it is too late for `abort` and `dispose`. The receiver of a paused connection can still have events to receive. */
  get #isOver(): boolean {
    return this.#aborted || (this.stream.destroyed && this.#owed === Owed.nothing);
  }

  /** Only `closed` follows. */
  #silence(): void {
    this.#ended = true;
    this.#aborted = true;
    if (this.#owed === Owed.endAndClosed) process.nextTick(() => this.#tellClosed());
  }

  /** Destroys the stream, with a reset if the stream supports it. */
  protected reset(reason: Error): void {
    this.stream.destroy(reason);
  }

  /**
   * Gives the stream away. When the connection was started, its receiver is not called again, and the stream is paused.
   *
   * @returns `undefined` when the connection is closed, when its stream was taken before, or when the peer has ended its
   *   side, because the stream does not report that again
   */
  override takeStream(): S | undefined {
    const { stream } = this;
    if (this.#released || this.#aborted || stream.destroyed || stream.readableEnded) return undefined;
    this.#released = true;
    if (this.#receiver !== undefined) this.#leave();
    return stream;
  }

  /** Listeners for errors stay: a stream without one ends the process when its peer resets it. */
  #leave(): void {
    const { stream } = this;
    this.#receiver = undefined;
    stream.pause();
    stream.off('data', StreamConnection.#onData);
    stream.off('drain', StreamConnection.#onDrain);
    stream.off('end', StreamConnection.#onEnd);
  }

  #tellClosed(): void {
    const { stream } = this;
    const receiver = this.#receiver;
    this.#ended = true;
    this.#owed = Owed.nothing;
    const isComplete = this.#disposed || this.#released || (stream.readableEnded && stream.writableFinished);
    if (this.#error === undefined && !isComplete) {
      this.#error = new ConnectionError('CONNECTION_RESET', 'The connection was cut before its end');
    }
    try {
      receiver?.closed(this.#error);
    } finally {
      this.notifyClosed(this.#error);
    }
  }

  static #onData(this: Duplex, bytes: Uint8Array): void {
    (this as LinkedStream)[connectionKey].#receiver!.received(bytes);
  }

  static #onDrain(this: Duplex): void {
    (this as LinkedStream)[connectionKey].#receiver!.drained();
  }

  static #onEnd(this: Duplex): void {
    const connection = (this as LinkedStream)[connectionKey];
    if (connection.#aborted) return;
    // Without half-open, the stream ends its own side now.
    if (!this.allowHalfOpen) connection.#ended = true;
    if (connection.#paused) connection.#owed = Owed.end;
    else connection.#receiver!.ended();
  }

  /** For a stream that had ended before it became a connection, and after a pause. */
  static #onLateEnd(connection: StreamConnection): void {
    const owed = connection.#owed;
    if (owed === Owed.nothing || connection.#paused || connection.#aborted) return;
    if (!connection.stream.allowHalfOpen) connection.#ended = true;
    try {
      connection.#receiver!.ended();
    } finally {
      connection.#owed = Owed.nothing;
      // The receiver may have aborted.
      if (owed === Owed.endAndClosed && !connection.#aborted) connection.#tellClosed();
    }
  }

  static #onError(this: Duplex, cause: Error): void {
    const connection = (this as LinkedStream)[connectionKey];
    connection.#ended = true;
    connection.#error ??= asConnectionError(cause);
  }

  static #onClose(this: Duplex): void {
    const connection = (this as LinkedStream)[connectionKey];
    const isOwed = connection.#owed !== Owed.nothing && !connection.#aborted && connection.#error === undefined;
    if (isOwed) connection.#owed = Owed.endAndClosed;
    else connection.#tellClosed();
  }
}
