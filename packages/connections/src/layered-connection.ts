import type { Duplex } from 'node:stream';
import type { FeatureCollection } from '@windhover/features';
import { ConnectionBase } from './connection-base.ts';
import type { Connection, Receiver } from './connection.ts';
import { ConnectionError } from './errors.ts';

/**
 * A connection over another connection. Every call is passed to the connection below, and the id is the same. Features
 * that this connection does not have come from the connection below. Connection middleware, an upgraded exchange and a
 * tunnel extend it, or use it unchanged, and override the calls that differ.
 *
 * Bytes that were read from the connection below before the next receiver existed are given back with `unread`. They
 * are received first, and the end of the peer (`unreadEnd`) after them, under the rules of every connection: not inside
 * `start` or `resume`, not while paused, not after `abort` or `dispose`.
 *
 * The connection below belongs to this one: `start` also resumes it when its previous receiver has paused it.
 *
 * While nothing is given back, the receiver is the receiver of the connection below, so a layer costs a received chunk
 * nothing.
 */
export class LayeredConnection extends ConnectionBase {
  /** The connection below. */
  protected readonly below: Connection;
  #receiver: Receiver | undefined;
  #isPaused = false;
  #unread: Unread | undefined;

  constructor(below: Connection) {
    super(below.features);
    this.below = below;
    below.onClosed({ closed: (_below, error) => this.#belowClosed(error) });
  }

  override get id(): string {
    return this.below.id;
  }

  /** The inherited features are found after those of the connection below. */
  override inherit(features: FeatureCollection): void {
    if (this.below.inherit === undefined) super.inherit(features);
    else this.below.inherit(features);
  }

  start(receiver: Receiver): void {
    if (this.isClosed) return this.startAfterClosed(receiver);
    this.#receiver = receiver;
    if (this.#unread === undefined) this.#flow(receiver);
    else this.#holdBack(this.#unread);
  }

  pause(): void {
    this.#isPaused = true;
    this.below.pause();
  }

  resume(): void {
    this.#isPaused = false;
    // Before `start` the bytes would go to the previous receiver of the connection below.
    if (this.#receiver === undefined) return;
    if (this.#unread === undefined) this.below.resume();
    else this.#unread.schedule();
  }

  write(bytes: Uint8Array | string): boolean {
    return this.below.write(bytes);
  }

  end(): void {
    this.below.end();
  }

  abort(reason?: Error): void {
    this.#drop(() => reason ?? new ConnectionError('CONNECTION_ABORTED'));
    this.below.abort(reason);
  }

  dispose(): void {
    this.#drop(() => undefined);
    this.below.dispose();
  }

  /** The stream of the connection below, with the given-back bytes at its front. */
  override takeStream(): Duplex | undefined {
    const unread = this.#unread;
    if (unread?.owesEnd === true) return undefined;
    const stream = this.below.takeStream?.();
    if (stream === undefined) return undefined;
    this.#unread = undefined;
    this.#receiver = undefined;
    for (const bytes of unread?.chunks.toReversed() ?? []) stream.unshift(bytes);
    return stream;
  }

  /**
   * Gives bytes back: the receiver, or the next one, receives them before everything else.
   *
   * @param chunks in the order in which they were received. They belong to this connection from now on.
   */
  unread(...chunks: readonly Uint8Array[]): void {
    const given = chunks.filter(({ length }) => length > 0);
    if (given.length > 0) this.#openUnread()?.chunks.unshift(...given);
  }

  /** Gives back the end of the peer: the receiver is notified of it after the given-back bytes. */
  unreadEnd(): void {
    const unread = this.#openUnread();
    if (unread !== undefined) unread.owesEnd = true;
  }

  #openUnread(): Unread | undefined {
    if (this.#unread !== undefined || this.isClosed) return this.#unread;
    this.#unread = new Unread((unread) => this.#deliver(unread));
    if (this.#receiver === undefined) this.below.pause();
    else this.#holdBack(this.#unread);
    return this.#unread;
  }

  #flow(receiver: Receiver): void {
    this.below.start(receiver);
    if (!this.#isPaused) this.below.resume();
  }

  /** Keeps the connection below paused and observes its events until the given-back bytes are delivered. */
  #holdBack(unread: Unread): void {
    this.below.pause();
    this.below.start({
      received: (bytes) => {
        if (this.#unread === undefined) this.#receiver?.received(bytes);
        else this.#unread.chunks.push(bytes);
      },
      drained: () => this.#receiver?.drained(),
      ended: () => {
        if (this.#unread === undefined) this.#receiver?.ended();
        else this.#unread.owesEnd = true;
      },
      closed: (error) => {
        if (!this.isClosed && !this.#waitsToClose(error)) this.#receiver?.closed(error);
      },
    });
    unread.schedule();
  }

  /** Within each of these calls the receiver may pause, abort, give bytes back, or be replaced. */
  #deliver(unread: Unread): void {
    while (this.#canDeliver(unread) && unread.chunks.length > 0) this.#receiver!.received(unread.chunks.shift()!);
    if (!this.#canDeliver(unread)) return;
    const receiver = this.#receiver!;
    if (!unread.isBelowClosed) {
      this.#unread = undefined;
      // Before `ended`, because the connection below calls no receiver inside `start`.
      this.#flow(receiver);
    }
    const { owesEnd } = unread;
    unread.owesEnd = false;
    if (owesEnd) receiver.ended();
    if (this.#unread === unread) this.#tellClosed(undefined);
  }

  #canDeliver(unread: Unread): boolean {
    return this.#unread === unread && !this.#isPaused && this.#receiver !== undefined;
  }

  #drop(reason: () => Error | undefined): void {
    const unread = this.#unread;
    this.#unread = undefined;
    if (unread?.isBelowClosed === true) queueMicrotask(() => this.#tellClosed(reason()));
  }

  /** Delays `closed` of a connection without an error until the receiver has received everything. */
  #waitsToClose(error: Error | undefined): boolean {
    if (error !== undefined) this.#unread = undefined;
    if (this.#unread === undefined) return false;
    this.#unread.isBelowClosed = true;
    return true;
  }

  #belowClosed(error: Error | undefined): void {
    if (!this.#waitsToClose(error)) this.notifyClosed(error);
  }

  #tellClosed(error: Error | undefined): void {
    this.#unread = undefined;
    try {
      this.#receiver?.closed(error);
    } finally {
      this.notifyClosed(error);
    }
  }
}

/** Given-back bytes, and possibly the end of the peer, that have not been received. */
class Unread {
  readonly chunks: Uint8Array[] = [];
  owesEnd = false;
  /** The connection below has closed without an error. */
  isBelowClosed = false;
  #isScheduled = false;
  readonly #deliver: (unread: Unread) => void;

  constructor(deliver: (unread: Unread) => void) {
    this.#deliver = deliver;
  }

  /** Delivers in a microtask: never inside a call of the connection. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#deliver(this);
    });
  }
}
