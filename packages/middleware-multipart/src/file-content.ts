import { Readable } from 'node:stream';
import type { BusboyFileStream } from '@fastify/busboy';

/**
 * The content of a file: a stream of its own that reads the stream of the parser. When a handler destroys the content or
 * leaves a loop over it, the rest is still read, because the parser finds the next part only after it. Errors of the
 * parser are ignored here: the content of the whole request fails with them.
 */
export class FileContent extends Readable {
  readonly #source: BusboyFileStream;

  constructor(source: BusboyFileStream) {
    super();
    this.#source = source;
    source.on('data', (piece: Uint8Array) => {
      if (!this.destroyed && !this.push(piece)) source.pause();
    });
    source.on('end', () => this.push(null)).on('error', () => undefined);
    source.pause();
  }

  override _read(): void {
    this.#source.resume();
  }

  /** Drops the rest. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#source.resume();
    callback(error);
  }
}
