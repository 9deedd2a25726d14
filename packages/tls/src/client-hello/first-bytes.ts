import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { type Connection, LayeredConnection, type Receiver, takeStream, toDuplex } from '@windhover/connections';

/** Decides by the first bytes of a connection. */
export interface FirstBytesReader {
  /** @returns the number of bytes needed; at most `bytes.length` if these are enough */
  needs(bytes: Buffer): number;
  /** Called with enough bytes. @param first gives them back to the connection, which is paused */
  decided(first: FirstBytes, bytes: Buffer): void;
  /** Called when the peer ends its side before the bytes are enough. */
  ended(): void;
}

/** The same memory as a `Buffer`. */
const asBuffer = (chunk: Uint8Array): Buffer =>
  Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

/** The underlying connection reports the error. */
const ignore = (): void => {};

/**
 * Receiver of a connection until its first bytes decide how it is handled. After the decision, the bytes are given back
 * once: with `unread` or with `toStream`.
 */
export class FirstBytes implements Receiver {
  readonly #connection: Connection;
  readonly #reader: FirstBytesReader;
  /** Chunks that were not enough; after the decision, all bytes. */
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
    this.#chunks = [bytes];
    this.#reader.decided(this, bytes);
  }

  /** The connection, unread: its next receiver receives the bytes again. */
  unread(): LayeredConnection {
    const connection = new LayeredConnection(this.#connection);
    connection.unread(...this.#takeChunks());
    return connection;
  }

  /** The connection as a stream with the bytes at its front: the socket itself, if the connection is one. */
  toStream(): Duplex {
    const stream = takeStream(this.#connection);
    if (stream === undefined) return toDuplex(this.unread()).on('error', ignore);
    for (const bytes of this.#takeChunks()) stream.unshift(bytes);
    return stream;
  }

  drained(): void {}

  ended(): void {
    this.#reader.ended();
  }

  closed(): void {}

  #takeChunks(): readonly Uint8Array[] {
    const chunks = this.#chunks ?? [];
    this.#chunks = undefined;
    return chunks;
  }

  #keep(chunk: Uint8Array): void {
    this.#chunks ??= [];
    this.#chunks.push(chunk);
  }
}
