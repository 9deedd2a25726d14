import type { Duplex } from 'node:stream';
import { type Connection, ConnectionDuplex, takeStream } from '@windhover/connections';

/**
 * Stands for the socket while `ws` answers the handshake: has the members of a stream that `ws` uses for that. The response
 * that `ws` writes goes through the protocol of the request; `toStream` then gives the real stream.
 */
export class HandshakeSocket {
  readonly readable = true;
  readonly writable = true;
  readonly #answer: (head: string) => Connection;
  #connection: Connection | undefined;

  /** @param answer receives the response head as text; an error that it throws goes to the caller of `handleUpgrade` */
  constructor(answer: (head: string) => Connection) {
    this.#answer = answer;
  }

  write(text: string): void {
    this.#connection = this.#answer(text);
  }

  on(): void {}

  removeListener(): void {}

  /** The upgraded connection; exists after the handshake was answered. */
  get connection(): Connection {
    return this.#connection!;
  }

  /** The stream for `ws`: the socket itself where the connection is one, so that no layer lies between it and `ws`. */
  toStream(): Duplex {
    return takeStream(this.connection) ?? new ConnectionDuplex(this.connection);
  }
}
