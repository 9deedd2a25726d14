import { Buffer } from 'node:buffer';
import {
  type ClosedObserver,
  type CloseRequestListener,
  type Connection,
  type ConnectionHeartbeatFeature,
  type ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
  type Receiver,
} from '@windhover/connections';
import { Features } from '@windhover/features';
import { lend } from './overwriting-connection.ts';

/** A connection whose peer is the test. All operations are synchronous and in order. */
export class TestConnection extends Features implements Connection {
  readonly id = 'TEST-1';
  readonly sentChunks: string[] = [];
  /** The pieces of each `writeAll`. */
  readonly sentPieces: (readonly Uint8Array[])[] = [];
  /** Set by `takePieces`. */
  writeAll?: (pieces: readonly Uint8Array[]) => boolean;
  receiver!: Receiver;
  isPaused = false;
  hasEnded = false;
  isDisposed = false;
  abortReason: Error | undefined | null = null;
  /** The value that `write` returns. */
  takesMore = true;
  #observers: ClosedObserver[] = [];
  #isClosed = false;

  get features(): this {
    return this;
  }

  start(receiver: Receiver): void {
    this.receiver = receiver;
  }

  /** Passes bytes of the peer to the receiver. Memory that the receiver only borrows is overwritten after the call. */
  receive(bytes: Uint8Array): void {
    if (this.receiver.borrowed === undefined) this.receiver.received(bytes);
    else lend(this.receiver, bytes);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.hasEnded) throw new Error('written after the end');
    this.sentChunks.push(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1'));
    return this.takesMore;
  }

  /** Adds `writeAll`, which sockets have. */
  takePieces(): void {
    this.writeAll = (pieces) => {
      this.sentPieces.push(pieces);
      return this.write(Buffer.concat(pieces));
    };
  }

  end(): void {
    this.hasEnded = true;
  }

  abort(reason?: Error): void {
    if (this.abortReason !== null) return;
    this.abortReason = reason;
    queueMicrotask(() => this.close(reason));
  }

  dispose(): void {
    this.isDisposed = true;
    queueMicrotask(() => this.close());
  }

  onClosed(observer: ClosedObserver): void {
    this.#observers.push(observer);
  }

  get isAborted(): boolean {
    return this.abortReason !== null;
  }

  /** Whether it is closed, or about to be. */
  get isOver(): boolean {
    return this.isAborted || this.isDisposed || this.#isClosed;
  }

  /** A second call does nothing. */
  close(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.receiver.closed(error);
    for (const observer of this.#observers) observer.closed(this, error);
  }
}

/** The heartbeat and the stop signal of a server, controlled by the test. */
export class TestServer implements ConnectionHeartbeatFeature, ConnectionLifetimeNotificationFeature {
  now = 0;
  isCloseRequested = false;
  readonly connectionClosedRequested: AbortSignal = new AbortController().signal;
  #heartbeat: HeartbeatListener[] = [];
  #closeListener: CloseRequestListener | undefined;

  deadlineAfter(duration: number): number {
    return this.now + duration + 1000;
  }

  onHeartbeat(listener: HeartbeatListener): void {
    this.#heartbeat.push(listener);
  }

  offHeartbeat(listener: HeartbeatListener): void {
    this.#heartbeat = this.#heartbeat.filter((other) => other !== listener);
  }

  /** Number of listeners of the heartbeat. */
  get heartbeatListeners(): number {
    return this.#heartbeat.length;
  }

  onCloseRequested(listener: CloseRequestListener): void {
    this.#closeListener = listener;
  }

  requestClose(): void {
    this.isCloseRequested = true;
    this.#closeListener?.closeRequested();
  }

  /** Triggers one beat; it is late when more than 1000 ms have passed since the previous one. */
  beat(milliseconds = 1000): void {
    this.now += milliseconds;
    for (const listener of this.#heartbeat) listener.heartbeat(this.now);
  }
}
