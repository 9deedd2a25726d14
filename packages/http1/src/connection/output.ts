import { Buffer } from 'node:buffer';
import type { Connection } from '@windhover/connections';
import { HttpError, handled } from '@windhover/http';

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** The owner of an output. */
export interface OutputSource {
  /** Called before the flush of a turn, to add held content. */
  beforeFlush(): void;
  /** Called when bytes were written to a connection under pressure. */
  writtenUnderPressure(size: number): void;
}

/** Maximum number of characters gathered before they are written. */
const maxGathered = 64 * 1024;
/** Bytes up to this size are copied into the text: a separate write costs more than the copy. */
const smallContent = 4 * 1024;

/**
 * Output of a connection. All responses to one received chunk, or of one turn of the event loop, are gathered and sent
 * in one write. A character of text is one byte (latin1).
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

  /** Requests a flush after the callbacks of promises that are already settled. */
  requestLateFlush(): void {
    if (this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    // `nextTick` alone would run before the promise callbacks.
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

  /** Called when the connection has sent everything. */
  drained(): void {
    this.#isUnderPressure = false;
    const waiters = this.#waiters;
    this.#waiters = undefined;
    if (waiters !== undefined) for (const { resolve } of waiters) resolve();
  }

  /** Called when the connection is closed. */
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

  /** Runs the scheduled flush of this turn. */
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
