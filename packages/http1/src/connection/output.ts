import { Buffer } from 'node:buffer';
import type { Connection } from '@windhover/connections';
import { HttpError, handled } from '@windhover/http';

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** The owner of an output. */
export interface OutputSource {
  /** Called before the flush of a turn, to add content that was kept for the end of the turn. */
  beforeFlush(): void;
  /** Bytes were written that the connection does not take at once. */
  writtenUnderPressure(size: number): void;
}

/** Characters that are gathered before they are written, at most. */
const maxGathered = 64 * 1024;
/** Bytes up to this size are copied into the text; a write of their own costs more than the copy. */
const smallContent = 4 * 1024;

/**
 * Bytes for the peer. All responses to one received chunk, or of one turn of the event loop, are gathered and leave in one
 * write. A character of text is one byte (latin1).
 */
export class Output {
  readonly #connection: Connection;
  readonly #source: OutputSource;
  #text = '';
  #isFlushQueued = false;
  #isUnderPressure = false;
  #isClosed = false;
  #waiters: DrainWaiter[] | undefined;
  /** While true, the owner calls `flush` itself. */
  isBatching = false;

  constructor(connection: Connection, source: OutputSource) {
    this.#connection = connection;
    this.#source = source;
  }

  /** Whether the connection takes bytes more slowly than they are written. */
  get isUnderPressure(): boolean {
    return this.#isUnderPressure;
  }

  /** Whether a flush follows at the end of this batch or turn. */
  get isFlushDue(): boolean {
    return this.isBatching || this.#isFlushQueued;
  }

  /** Text whose characters are bytes. */
  text(text: string): void {
    this.#text += text;
    if (this.#text.length >= maxGathered) this.flush();
    else this.requestFlush();
  }

  /** Requests a flush at the end of this batch or turn. */
  requestFlush(): void {
    if (this.isBatching || this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    process.nextTick(flushQueued, this);
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length <= smallContent) {
      this.text(latin1(bytes));
      return;
    }
    this.flush();
    this.#write(bytes);
  }

  /** Requests a flush after the reactions to all promises that are settled now. */
  requestLateFlush(): void {
    if (this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    // A tick alone would come before the reactions.
    queueMicrotask(() => process.nextTick(flushQueued, this));
  }

  /** Writes the gathered text. */
  flush(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    this.#write(text);
  }

  /** Resolves when more can be written; rejects with HttpError `HTTP_REQUEST_ABORTED` when the connection is closed. */
  whenDrained(): Promise<void> {
    if (this.#isClosed) return handled(Promise.reject(abortedError(undefined)));
    if (!this.#isUnderPressure) return Promise.resolve();
    return handled(new Promise((resolve, reject) => (this.#waiters ??= []).push({ resolve, reject })));
  }

  /** The connection has taken everything. */
  drained(): void {
    this.#isUnderPressure = false;
    const waiters = this.#waiters;
    this.#waiters = undefined;
    if (waiters !== undefined) for (const { resolve } of waiters) resolve();
  }

  /** The connection is closed. */
  closed(error: Error | undefined): void {
    this.#isClosed = true;
    const waiters = this.#waiters;
    this.#waiters = undefined;
    if (waiters !== undefined) for (const { reject } of waiters) reject(abortedError(error));
  }

  #write(bytes: Uint8Array | string): void {
    if (this.#connection.write(bytes)) return;
    this.#isUnderPressure = true;
    this.#source.writtenUnderPressure(bytes.length);
  }

  /** The flush of this turn. */
  flushQueued(): void {
    this.#isFlushQueued = false;
    this.#source.beforeFlush();
    this.flush();
  }
}

interface DrainWaiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const abortedError = (cause: Error | undefined): HttpError =>
  new HttpError('HTTP_REQUEST_ABORTED', undefined, { cause });

const flushQueued = (output: Output): void => output.flushQueued();
