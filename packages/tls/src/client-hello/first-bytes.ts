import { Buffer } from 'node:buffer';
import { type Connection, LayeredConnection, type Receiver } from '@windhover/connections';

/** Decides by the first bytes of a connection. */
export interface FirstBytesReader {
  /** @returns the number of bytes needed; at most `bytes.length` if these are enough */
  needs(bytes: Buffer): number;
  /** Called with enough bytes. @param connection an unread connection, which receives the bytes again */
  decided(connection: LayeredConnection, bytes: Buffer): void;
  /** Called when the peer ends its side before the bytes are enough. */
  ended(): void;
}

/** The same memory as a `Buffer`. */
const asBuffer = (chunk: Uint8Array): Buffer =>
  Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

/** Receiver of a connection until its first bytes decide how it is handled. */
export class FirstBytes implements Receiver {
  readonly #connection: Connection;
  readonly #reader: FirstBytesReader;
  /** Chunks that were not enough. */
  #chunks: Uint8Array[] | undefined;
  #size = 0;
  #needed = 1;

  constructor(connection: Connection, reader: FirstBytesReader) {
    this.#connection = connection;
    this.#reader = reader;
  }

  read(): void {
    this.#connection.start(this);
  }

  received(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size < this.#needed) return this.#keep(chunk);
    const bytes = this.#chunks === undefined ? asBuffer(chunk) : Buffer.concat([...this.#chunks, chunk]);
    this.#needed = this.#reader.needs(bytes);
    if (this.#size < this.#needed) return this.#keep(chunk);
    this.#connection.pause();
    const connection = new LayeredConnection(this.#connection);
    connection.unread(bytes);
    this.#reader.decided(connection, bytes);
  }

  drained(): void {}

  ended(): void {
    this.#reader.ended();
  }

  closed(): void {}

  #keep(chunk: Uint8Array): void {
    this.#chunks ??= [];
    this.#chunks.push(chunk);
  }
}
