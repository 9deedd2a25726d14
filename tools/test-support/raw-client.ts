import { once } from 'node:events';
import { type NetConnectOpts, type Socket, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A client that sends given bytes and keeps the bytes it receives. It ends its side only when a test asks for it, and an
 * error is a property, not an event. Clients of a protocol extend it and override `receive`.
 */
export class RawClient<Stream extends Duplex = Duplex> {
  readonly stream: Stream;
  /** All received bytes, one character each. */
  received = '';
  /** Whether the server has ended its side or the connection is closed. */
  hasEnded = false;
  /** The error of the connection, for instance a reset. */
  error: Error | undefined;
  /** Resolves when the connection is closed in both directions. */
  readonly closed: Promise<void>;
  #progress: (() => void)[] = [];

  /** Connects without delay of small writes: each would wait about 40 ms until the server acknowledges the one before. */
  static async open<Client>(this: new (stream: Socket) => Client, where: NetConnectOpts): Promise<Client> {
    const socket = connect({ allowHalfOpen: true, noDelay: true, ...where });
    await once(socket, 'connect');
    return new this(socket);
  }

  constructor(stream: Stream) {
    this.stream = stream;
    stream.on('data', (bytes: Buffer) => {
      this.receive(bytes);
      this.#moved();
    });
    stream.on('error', (error) => (this.error = error));
    stream.on('end', () => this.#ended());
    this.closed = new Promise((resolve) => {
      stream.on('close', () => {
        this.#ended();
        resolve();
      });
    });
  }

  protected receive(bytes: Buffer): void {
    this.received += bytes.toString('latin1');
  }

  /** Sends text of one byte for each character, or bytes. */
  send(bytes: string | Uint8Array): this {
    if (typeof bytes === 'string') this.stream.write(bytes, 'latin1');
    else this.stream.write(bytes);
    return this;
  }

  /** Resolves when the condition is true after a received event, or when the server has ended its side. */
  async when(condition: () => boolean): Promise<void> {
    while (!condition() && !this.hasEnded) await new Promise<void>((resolve) => void this.#progress.push(resolve));
  }

  /**
   * Waits for the end of the server, ends this side, and returns all that was received.
   *
   * @throws the error of the connection, for instance a reset
   */
  async untilEnd(): Promise<string> {
    await this.when(() => false);
    this.stream.end();
    await this.closed;
    if (this.error !== undefined) throw this.error;
    return this.received;
  }

  #ended(): void {
    this.hasEnded = true;
    this.#moved();
  }

  #moved(): void {
    const waiting = this.#progress;
    this.#progress = [];
    for (const resolve of waiting) resolve();
  }
}
