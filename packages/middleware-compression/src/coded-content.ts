import { Buffer } from 'node:buffer';
import { HttpError, type HttpResponseBodyFeature, handled } from '@windhover/http';
import { type ContentCoding, Encoder } from './coding/encoder.ts';

/** Bytes of content that may wait for the encoder. Above it, the handler must wait. */
const maxWaiting = 64 * 1024;

/**
 * The compressed content of one response. The content written in one turn is compressed together and flushed, so that
 * each event of an event stream reaches the client at once. Compression waits for the client to read.
 */
export class CodedContent {
  readonly #body: HttpResponseBodyFeature;
  readonly #encoder: Encoder;
  #waiting: Uint8Array[] = [];
  #waitingSize = 0;
  /** Compresses the waiting content, including content added meanwhile. */
  #run: Promise<void> | undefined;
  #hasEnded = false;
  #failure: unknown;

  /** @param body takes the compressed content */
  constructor(body: HttpResponseBodyFeature, coding: ContentCoding, level: number) {
    this.#body = body;
    this.#encoder = new Encoder(coding, level, (coded) => (body.write(coded) ? undefined : body.drained()));
  }

  /** @returns false if the caller must wait for `drained` */
  write(content: Uint8Array): boolean {
    if (this.#encoder.isClosed) return false;
    this.#waiting.push(content);
    this.#waitingSize += content.length;
    this.#run ??= this.#compressWaiting();
    return this.#waitingSize < maxWaiting;
  }

  /**
   * Resolves when all written content has been passed on; rejects with HttpError `HTTP_REQUEST_ABORTED` when the client
   * has disconnected.
   */
  drained(): Promise<void> {
    return handled(this.#drained());
  }

  async #drained(): Promise<void> {
    await this.#run;
    if (this.#encoder.isClosed) throw new HttpError('HTTP_REQUEST_ABORTED');
    await this.#body.drained();
  }

  /**
   * Adds the last content. Resolves when the response has ended or was aborted; rejects if the encoder or the client
   * fails.
   */
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

  /** Frees the memory of the encoder. Nothing can be written afterwards. */
  close(): void {
    this.#encoder.close();
    this.#takeWaiting();
  }

  async #compressWaiting(): Promise<void> {
    try {
      // Waits for the end of the turn: other writes may follow.
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
