import { Buffer } from 'node:buffer';
import { HttpError, type HttpResponseBodyFeature, handled } from '@windhover/http';
import { type ContentCoding, Encoder } from './coding/encoder.ts';

/** Content that waits for the coder; beyond it, the handler is asked to wait. In bytes. */
const maxWaiting = 64 * 1024;

/**
 * The compressed content of one response. What is written in one turn is compressed together and flushed, so that each event
 * of an event stream reaches the client at once. No more is compressed than the client takes.
 */
export class CodedContent {
  readonly #body: HttpResponseBodyFeature;
  readonly #encoder: Encoder;
  #waiting: Uint8Array[] = [];
  #waitingSize = 0;
  /** Compresses all that waits, and what is added meanwhile. */
  #run: Promise<void> | undefined;
  #hasEnded = false;
  #failure: unknown;

  /** @param body takes the compressed content */
  constructor(body: HttpResponseBodyFeature, coding: ContentCoding, level: number) {
    this.#body = body;
    this.#encoder = new Encoder(coding, level, (coded) => (body.write(coded) ? undefined : body.drained()));
  }

  /** @returns false when the caller has to wait for `drained` */
  write(content: Uint8Array): boolean {
    if (this.#encoder.isClosed) return false;
    this.#waiting.push(content);
    this.#waitingSize += content.length;
    this.#run ??= this.#compressWaiting();
    return this.#waitingSize < maxWaiting;
  }

  /** Resolves when everything so far was taken; rejects with HttpError `HTTP_REQUEST_ABORTED` when the client is gone. */
  drained(): Promise<void> {
    return handled(this.#drained());
  }

  async #drained(): Promise<void> {
    await this.#run;
    if (this.#encoder.isClosed) throw new HttpError('HTTP_REQUEST_ABORTED');
    await this.#body.drained();
  }

  /** The last content. Resolves when the response has ended, or was given up; rejects where the coder or the client fails. */
  end(content: Uint8Array | undefined): Promise<void> {
    return handled(this.#end(content));
  }

  async #end(content: Uint8Array | undefined): Promise<void> {
    this.#hasEnded = true;
    if (content !== undefined) this.#waiting.push(content);
    await this.#run;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#encoder.isClosed) return;
    if (await this.#encoder.end(this.#takeWaiting())) this.#body.end();
  }

  /** Frees the memory of the coder; nothing follows. */
  close(): void {
    this.#encoder.close();
    this.#takeWaiting();
  }

  async #compressWaiting(): Promise<void> {
    try {
      // The end of the turn: other writes may follow at once.
      await new Promise((resolve) => void setImmediate(resolve));
      while (this.#waitingSize > 0 && !this.#hasEnded) await this.#encoder.write(this.#takeWaiting());
    } catch (error) {
      this.#failure = error;
      this.close();
    } finally {
      this.#run = undefined;
    }
  }

  #takeWaiting(): Uint8Array {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingSize = 0;
    return waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting);
  }
}
