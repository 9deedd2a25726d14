import { Buffer } from 'node:buffer';
import { HttpError, type MinDataRate, handled } from '@windhover/http';
import { ResponseRate } from '@windhover/http/exchange';
import { increasedWindow } from '../codec/flow-window.ts';
import type { Prioritized } from './priority.ts';
import { defaultUrgency } from './scheduler.ts';

/** The part of a connection that a stream uses to send. */
export interface StreamWriter {
  /** Bytes that may be queued on one stream before its writer must wait. */
  readonly maxQueued: number;
  /** Whether DATA can be written now, without overtaking other streams. */
  readonly canSend: boolean;
  /** Maximum number of bytes to send now: window of the connection and frame size of the client. */
  readonly sendLimit: number;
  /** Called when queued content has an open window. */
  schedule(output: StreamOutput): void;
  /** Called when the stream has closed or no longer waits. */
  unschedule(output: StreamOutput): void;
  /** Writes a frame of content: ASCII text or bytes. @param left bytes of content from this frame on */
  writeContent(streamId: number, content: Uint8Array | string, endsStream: boolean, left: number): void;
  /** Called after `end`, when the queue is empty: sends trailers, if any. */
  endOutput(output: StreamOutput): void;
  /** Time for the minimum rate of content; `undefined` without a heartbeat. */
  readonly now: number | undefined;
}

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * The sending side of one stream: its window, and the content that waits for a window or for the connection.
 *
 * Source: RFC 9113 section 5.2; Kestrel `Http2OutputProducer`
 */
export class StreamOutput implements Prioritized {
  readonly streamId: number;
  readonly #writer: StreamWriter;
  #window: number;
  #queue: (Uint8Array | string)[] | undefined;
  #queued = 0;
  #isEnding = false;
  /** Whether trailers follow the content, so that its last frame does not end the stream. */
  #hasTrailers = false;
  #waiters: Waiter[] | undefined;
  #isClosed = false;
  #rate: ResponseRate | undefined;
  urgency = defaultUrgency;
  isIncremental = true;
  isScheduled = false;

  constructor(streamId: number, window: number, writer: StreamWriter) {
    this.streamId = streamId;
    this.#window = window;
    this.#writer = writer;
  }

  /** Whether content is queued. */
  get isBlocked(): boolean {
    return this.#queued > 0;
  }

  /** Whether more than `maxQueued` is queued. */
  get isUnderPressure(): boolean {
    return this.#queued > this.#writer.maxQueued;
  }

  /** Sends content, and queues the part that cannot be sent. @param content not empty; bytes, or ASCII text */
  write(content: Uint8Array | string): void {
    if (this.#isClosed) return;
    const rest = this.isBlocked ? content : this.#send(content, false);
    if (rest !== undefined) this.#enqueue(rest);
  }

  /**
   * Sends the last content, which may be empty, and ends the stream when all content has been sent.
   *
   * @param hasTrailers whether trailers follow and end the stream
   */
  end(content: Uint8Array | string, hasTrailers: boolean): void {
    if (this.#isClosed) return;
    this.#isEnding = true;
    this.#hasTrailers = hasTrailers;
    if (this.isBlocked) {
      if (content.length > 0) this.#enqueue(content);
      return;
    }
    const rest = content.length === 0 && hasTrailers ? undefined : this.#send(content, !hasTrailers);
    if (rest === undefined) this.#writer.endOutput(this);
    else this.#enqueue(rest);
  }

  /** Resolves when more can be written; rejects with HttpError `HTTP_REQUEST_ABORTED` when the stream has closed. */
  drained(): Promise<void> {
    if (this.#isClosed) return handled(Promise.reject(new HttpError('HTTP_REQUEST_ABORTED')));
    if (!this.isUnderPressure) return Promise.resolve();
    return handled(new Promise((resolve, reject) => (this.#waiters ??= []).push({ resolve, reject })));
  }

  /**
   * Applies WINDOW_UPDATE or a changed initial window, which may lower the window below 0 (RFC 9113 6.9.2).
   *
   * @returns false if the window becomes too large
   */
  addWindow(increment: number): boolean {
    const window = increasedWindow(this.#window, increment);
    if (Number.isNaN(window)) return false;
    this.#window = window;
    if (!this.isBlocked) return true;
    if (window > 0) this.#writer.schedule(this);
    else this.#writer.unschedule(this);
    return true;
  }

  /** Sends one frame when it is this stream's turn. @returns whether more could be sent */
  sendNext(): boolean {
    const queue = this.#queue!;
    const first = queue[0]!;
    const isLast = queue.length === 1;
    const rest = this.#sendFrame(first, this.#isEnding && !this.#hasTrailers && isLast);
    this.#queued -= first.length - (rest?.length ?? 0);
    if (rest === undefined) queue.shift();
    else queue[0] = rest;
    if (queue.length === 0) this.#emptied();
    else if (!this.isUnderPressure) this.#release();
    return queue.length > 0 && this.#window > 0;
  }

  /** Closes the stream: queued content is dropped. */
  close(cause?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#writer.unschedule(this);
    this.#queue = undefined;
    this.#queued = 0;
    this.#rate = undefined;
    const waiters = this.#waiters;
    this.#waiters = undefined;
    if (waiters === undefined) return;
    const error = new HttpError('HTTP_REQUEST_ABORTED', undefined, { cause });
    for (const { reject } of waiters) reject(error);
  }

  /** @returns whether the client reads queued content too slowly */
  isTooSlow(now: number): boolean {
    return this.#rate !== undefined && this.#rate.tick(now);
  }

  /** Sets the minimum rate at which queued content must be sent. */
  expectRate(rate: MinDataRate | null, size: number): void {
    const { now } = this.#writer;
    if (rate === null || now === undefined) return;
    (this.#rate ??= new ResponseRate()).written(size, now, rate);
  }

  /** Extends the time for content that waits for its turn by the time for content that was sent before it. */
  overtaken(size: number, rate: MinDataRate | null): void {
    if (this.isScheduled && this.#rate !== undefined) this.expectRate(rate, size);
  }

  /** Sends as much as the window allows. @returns the rest; `undefined` when all content, and the end, was sent */
  #send(content: Uint8Array | string, endsStream: boolean): Uint8Array | string | undefined {
    // An empty frame needs no window, and only ends the stream.
    if (content.length === 0) return this.#sendFrame(content, endsStream);
    let rest: Uint8Array | string | undefined = content;
    while (rest !== undefined && this.#writer.canSend && this.#limit > 0) rest = this.#sendFrame(rest, endsStream);
    return rest;
  }

  #sendFrame(content: Uint8Array | string, endsStream: boolean): Uint8Array | string | undefined {
    const limit = this.#limit;
    const { streamId } = this;
    if (content.length === 0 || content.length <= limit) {
      this.#window -= content.length;
      this.#writer.writeContent(streamId, content, endsStream, content.length);
      return undefined;
    }
    const frame = typeof content === 'string' ? content.slice(0, limit) : content.subarray(0, limit);
    this.#window -= limit;
    this.#writer.writeContent(streamId, frame, false, content.length);
    return typeof content === 'string' ? Buffer.from(content.slice(limit), 'latin1') : content.subarray(limit);
  }

  get #limit(): number {
    return Math.min(this.#window, this.#writer.sendLimit);
  }

  #enqueue(content: Uint8Array | string): void {
    (this.#queue ??= []).push(content);
    this.#queued += content.length;
    if (this.#window > 0) this.#writer.schedule(this);
  }

  #emptied(): void {
    this.#rate = undefined;
    this.#release();
    if (this.#isEnding) this.#writer.endOutput(this);
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = undefined;
    if (waiters !== undefined) for (const { resolve } of waiters) resolve();
  }
}
