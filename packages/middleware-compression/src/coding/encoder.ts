import { Buffer } from 'node:buffer';
import zlib from 'node:zlib';
import { poolTurns } from './pool-turns.ts';

/** A content coding that this middleware supports (RFC 9110 8.4.1, RFC 7932, RFC 8878). */
export type ContentCoding = 'br' | 'zstd' | 'gzip';

export const codings: readonly ContentCoding[] = ['br', 'zstd', 'gzip'];

/** Node.js has zstd since 22.15. */
export const isAvailable = (coding: ContentCoding): boolean =>
  coding !== 'zstd' || typeof zlib.createZstdCompress === 'function';

/** Bytes passed to the thread pool at once, so that other work of the pool, such as files and DNS, runs in between. */
const sliceSize = 64 * 1024;

/** Receives the compressed content. @returns a promise if the encoder must wait for it */
export type CodedReceiver = (coded: Uint8Array) => undefined | Promise<void>;

type Stream = zlib.BrotliCompress | zlib.Gzip | zlib.ZstdCompress;

/** Compresses content piece by piece in the thread pool. Only one call may run at a time. */
export class Encoder {
  readonly #stream: Stream;
  readonly #flushKind: number;
  readonly #receiver: CodedReceiver;
  /** Compressed content that the receiver has not read. */
  #coded: Uint8Array[] = [];
  #isClosed = false;
  #error: Error | undefined;
  /** Stops waiting for the pool when the stream is destroyed. */
  #onClosed: (() => void) | undefined;

  constructor(coding: ContentCoding, level: number, receiver: CodedReceiver) {
    [this.#stream, this.#flushKind] = streams[coding](level);
    this.#receiver = receiver;
    this.#stream.on('data', (coded: Buffer) => void this.#coded.push(coded));
    this.#stream.on('error', (error: Error) => (this.#error = error));
    this.#stream.on('close', () => this.#onClosed?.());
  }

  /** Compresses a piece and flushes it, so that the client can decode all of it. */
  async write(content: Uint8Array): Promise<void> {
    for (let at = 0; at < content.length; at += sliceSize) {
      const slice = content.subarray(at, at + sliceSize);
      const isLast = at + sliceSize >= content.length;
      await this.#work((done) => {
        this.#stream.write(slice, isLast ? undefined : done);
        if (isLast) this.#stream.flush(this.#flushKind, done);
      });
    }
  }

  /** Compresses the last piece, and completes the content. @returns whether all of it was passed on */
  async end(content: Uint8Array): Promise<boolean> {
    for (; content.length > sliceSize; content = content.subarray(sliceSize)) {
      const slice = content.subarray(0, sliceSize);
      await this.#work((done) => void this.#stream.write(slice, done));
    }
    await this.#work((done) => {
      this.#stream.once('end', done);
      this.#stream.end(content);
    });
    const isComplete = !this.#isClosed;
    this.close();
    return isComplete;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Frees the memory of the encoder. Running calls resolve and pass on nothing. */
  close(): void {
    this.#isClosed = true;
    this.#stream.destroy();
  }

  /** Runs work in the pool, and passes on the result. */
  async #work(start: (done: () => void) => void): Promise<void> {
    const release = await poolTurns.take();
    if (!this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#onClosed = resolve;
        start(resolve);
      });
    }
    release();
    if (this.#error !== undefined) throw this.#error;
    const coded = this.#coded;
    this.#coded = [];
    if (coded.length === 0 || this.#isClosed) return;
    await this.#receiver(coded.length === 1 ? coded[0]! : Buffer.concat(coded));
  }
}

const { constants } = zlib;

/** Windows of 512 KiB: an encoder takes about a megabyte, for each response that is being compressed. */
const windowBits = 19;

const streams: Readonly<Record<ContentCoding, (level: number) => [Stream, flushKind: number]>> = {
  br: (level) => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: level, [constants.BROTLI_PARAM_LGWIN]: windowBits };
    return [zlib.createBrotliCompress({ params }), constants.BROTLI_OPERATION_FLUSH];
  },
  zstd: (level) => {
    const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_windowLog]: windowBits };
    return [zlib.createZstdCompress({ params }), constants.ZSTD_e_flush];
  },
  gzip: (level) => [zlib.createGzip({ level }), constants.Z_SYNC_FLUSH],
};
