import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type Connection, toDuplex } from '@windhover/connections';
import { webStreams } from '../web-streams.ts';
import { hasCode, notSupported, protocolError } from './draft-errors.ts';

/** An open tunnel: bytes in both directions. */
export class Tunnel implements AsyncDisposable {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Resolves when both sides have ended; rejects when the tunnel was cut off. */
  readonly closed: Promise<void>;
  readonly #duplex: Duplex;

  constructor(connection: Connection) {
    this.#duplex = toDuplex(connection);
    this.closed = finished(this.#duplex).catch((cause: unknown) => {
      throw hasCode(cause) ? cause : protocolError('ERR_HTTP_CONNECTION_RESET', 'the tunnel was cut off', cause);
    });
    this.closed.catch(() => {});
    ({ readable: this.readable, writable: this.writable } = webStreams(this.#duplex));
  }

  /** Ends this side after the written bytes. */
  close(): void {
    this.#duplex.end();
  }

  /** Resets the tunnel. */
  destroy(error?: unknown): void {
    const reason = protocolError('ERR_HTTP_CONNECT_ERROR', 'the tunnel was destroyed', error);
    this.#duplex.destroy(error instanceof Error ? error : reason);
  }

  /** @throws DOMException `NotSupportedError` */
  capsules(): never {
    throw notSupported('The Capsule Protocol');
  }

  /** @throws DOMException `NotSupportedError` */
  datagrams(): never {
    throw notSupported('HTTP Datagrams');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#duplex.destroyed) return;
    this.close();
    await this.closed;
  }
}
