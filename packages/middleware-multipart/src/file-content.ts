import { Readable } from 'node:stream';
import type { BusboyFileStream } from '@fastify/busboy';

/**
 * The content of a file. The stream of the parser is read behind it, for two reasons: when a handler destroys the content
 * or leaves a loop over it, the parser must receive the rest to find the next part; and errors of the parser are replaced
 * by those of the whole content.
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
