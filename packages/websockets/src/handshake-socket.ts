import type { Duplex } from 'node:stream';
import { type Connection, ConnectionDuplex, takeStream } from '@windhover/connections';

/**
 * What `ws` takes for the socket while it answers the handshake: as much of a stream as it uses for that. What it writes
 * is answered by the protocol of the request; the socket itself comes after.
 */
export class HandshakeSocket {
  readonly readable = true;
  readonly writable = true;
  readonly #answer: (head: string) => Connection;
  #connection: Connection | undefined;

  /** @param answer gets the head of the response as text. An error that it throws propagates to the caller of `ws` */
  constructor(answer: (head: string) => Connection) {
    this.#answer = answer;
  }

  write(text: string): void {
    this.#connection = this.#answer(text);
  }

  on(): void {}

  removeListener(): void {}

  /** There once the handshake was answered. */
  get connection(): Connection {
    return this.#connection!;
  }

  /** The socket that is the connection itself where there is one; nothing lies between it and `ws` then. */
  toStream(): Duplex {
    return takeStream(this.connection) ?? new ConnectionDuplex(this.connection);
  }
}
