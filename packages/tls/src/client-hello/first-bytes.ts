import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';

/** Whoever decides by the first bytes of a stream. */
export interface FirstBytesReader {
  /** @returns how many bytes it takes at least to decide; as many as there are, or fewer, when these are enough */
  needs(bytes: Buffer): number;
  /** These were enough. The stream is as if nobody had read it, and paused. */
  decided(stream: Duplex, bytes: Buffer): void;
  /** The peer has ended its side before. */
  ended(): void;
}

/** Shows the first bytes of a stream to a reader and puts them back. */
export class FirstBytes {
  readonly #stream: Duplex;
  readonly #reader: FirstBytesReader;
  /** What has come when it was not enough. */
  #chunks: Buffer[] | undefined;
  #size = 0;
  #needed = 1;

  constructor(stream: Duplex, reader: FirstBytesReader) {
    this.#stream = stream;
    this.#reader = reader;
  }

  read(): void {
    this.#stream.on('end', this.#onEnd);
    this.#stream.on('data', this.#onData);
    this.#stream.resume();
  }

  readonly #onEnd = (): void => {
    this.#leave();
    this.#reader.ended();
  };

  readonly #onData = (chunk: Buffer): void => {
    this.#size += chunk.length;
    if (this.#size < this.#needed) return this.#keep(chunk);
    const bytes = this.#chunks === undefined ? chunk : Buffer.concat([...this.#chunks, chunk]);
    this.#needed = this.#reader.needs(bytes);
    if (this.#size < this.#needed) return this.#keep(chunk);
    this.#leave();
    this.#stream.pause();
    this.#stream.unshift(bytes);
    this.#reader.decided(this.#stream, bytes);
  };

  #keep(chunk: Buffer): void {
    this.#chunks ??= [];
    this.#chunks.push(chunk);
  }

  #leave(): void {
    this.#stream.off('data', this.#onData);
    this.#stream.off('end', this.#onEnd);
  }
}
