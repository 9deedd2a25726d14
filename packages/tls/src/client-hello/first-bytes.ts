import { Buffer } from 'node:buffer';
import { type Connection, LayeredConnection, type Receiver } from '@windhover/connections';

/** Decides by the first bytes of a connection. */
export interface FirstBytesReader {
  /** @returns how many bytes the decision needs; at most `bytes.length` when these are enough */
  needs(bytes: Buffer): number;
  /** The bytes were enough. @param connection a connection that has not been read; it receives the bytes again */
  decided(connection: LayeredConnection, bytes: Buffer): void;
  /** The peer has ended its side before the bytes were enough. */
  ended(): void;
}

/** The receiver of a connection until its first bytes decide what becomes of it. */
export class FirstBytes implements Receiver {
  readonly #connection: Connection;
  readonly #reader: FirstBytesReader;
  /** The chunks that were not enough. */
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
    const bytes = Buffer.concat([...(this.#chunks ?? []), chunk]);
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
