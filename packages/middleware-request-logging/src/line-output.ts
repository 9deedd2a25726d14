import type { Writable } from 'node:stream';
import type { LineFormat } from './formats/named-formats.ts';
import type { RequestLogEntry } from './request-log-entry.ts';

/** Called when entries were not written. */
export type LossReporter = (details: object, message: string) => void;

/**
 * Writes entries to a stream, batched per turn of the event loop. It never waits for the stream: if the stream does not
 * keep up, lines are queued up to a limit, and further entries are dropped and counted.
 */
export class LineOutput {
  readonly #stream: Writable;
  readonly #format: LineFormat;
  readonly #maxQueuedSize: number;
  #queue = '';
  #isScheduled = false;
  #isBlocked = false;
  #hasFailed = false;
  #dropped = 0;
  /** A loss not yet reported: the stream may fail before the first entry, which provides the reporter. */
  #loss: Parameters<LossReporter> | undefined;
  #reportLoss: LossReporter | undefined;

  constructor(stream: Writable, format: LineFormat, maxQueuedSize: number) {
    this.#stream = stream;
    this.#format = format;
    this.#maxQueuedSize = maxQueuedSize;
    this.#queue = format.head?.(new Date()) ?? '';
    stream.on('drain', () => this.#unblocked());
    stream.on('error', (error) => this.#failed(error));
    stream.on('close', () => this.#failed(undefined));
    // It has no further events.
    if (stream.destroyed) this.#failed(stream.errored ?? undefined);
  }

  /** Queues an entry. @param reportLoss receives the number of dropped entries when the stream keeps up again */
  write(entry: RequestLogEntry, reportLoss: LossReporter | undefined): void {
    this.#reportLoss = reportLoss;
    this.#report();
    if (this.#hasFailed) return;
    const line = this.#format.line(entry);
    if (this.#isBlocked && this.#queue.length + line.length >= this.#maxQueuedSize) {
      this.#dropped++;
      return;
    }
    this.#queue += `${line}\n`;
    if (this.#isScheduled || this.#isBlocked) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#queue === '' || this.#hasFailed) return;
    const lines = this.#queue;
    this.#queue = '';
    this.#isBlocked = !this.#stream.write(lines);
  }

  #unblocked(): void {
    this.#isBlocked = false;
    const entries = this.#dropped;
    this.#dropped = 0;
    if (entries > 0) this.#lost({ entries }, 'The output of the request log was too slow: entries were dropped');
    this.#flush();
  }

  #failed(err: Error | undefined): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#queue = '';
    this.#lost({ err }, 'The output of the request log has ended: no further entries are written');
  }

  #lost(...loss: Parameters<LossReporter>): void {
    this.#loss = loss;
    this.#report();
  }

  #report(): void {
    if (this.#loss === undefined || this.#reportLoss === undefined) return;
    this.#reportLoss(...this.#loss);
    this.#loss = undefined;
  }
}
