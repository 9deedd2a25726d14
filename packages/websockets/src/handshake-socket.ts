import type { Duplex } from 'node:stream';
import { type Connection, ConnectionDuplex, takeStream } from '@windhover/connections';

/**
 * Replaces the socket while `ws` answers the handshake, with the stream members that `ws` uses for that. The response
 * of `ws` is sent through the protocol of the request; `toStream` then returns the real stream.
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

  /** The stream for `ws`: the socket itself if the connection is one, so that there is no layer in between. */
  toStream(): Duplex {
    return takeStream(this.connection) ?? new ConnectionDuplex(this.connection);
  }
}
