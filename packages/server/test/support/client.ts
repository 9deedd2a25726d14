import { once } from 'node:events';
import { type NetConnectOpts, type Socket, connect } from 'node:net';
import type { Connection } from '@windhover/connections';

/** One received response. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly content: string;
}

/** Whether a response has `Connection: close`. */
export const saysClose = (answer: Answer): boolean => /^connection: close\r?$/im.test(answer.head);

/** Splits received bytes into responses with a Content-Length. An incomplete response stays buffered. */
export class AnswerReader {
  #pieces: string[] = [];
  #size = 0;
  /** Length at which the current response is complete. */
  #needed = 0;

  push(bytes: Uint8Array): Answer[] {
    this.#pieces.push(Buffer.from(bytes).toString('latin1'));
    this.#size += bytes.length;
    const answers: Answer[] = [];
    while (this.#size >= this.#needed) {
      const answer = this.#next(this.rest);
      if (answer === undefined) break;
      answers.push(answer);
    }
    return answers;
  }

  /** Bytes after the last complete response. */
  get rest(): string {
    const text = this.#pieces.join('');
    this.#pieces = [text];
    return text;
  }

  #next(text: string): Answer | undefined {
    const headEnd = text.indexOf('\r\n\r\n');
    if (headEnd === -1) return undefined;
    const head = text.slice(0, headEnd);
    const end = headEnd + 4 + Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    this.#needed = end;
    if (text.length < end) return undefined;
    this.#needed = 0;
    this.#pieces = [text.slice(end)];
    this.#size = text.length - end;
    return { status: Number(head.slice(9, 12)), head, content: text.slice(headEnd + 4, end) };
  }
}

/** A client on a real socket. */
export class SocketClient {
  readonly socket: Socket;
  readonly answers: Answer[] = [];
  /** Whether the server ended its side or reset the connection. */
  hasEnded = false;
  error: Error | undefined;
  readonly closed: Promise<void>;
  readonly #reader = new AnswerReader();
  #progress: (() => void)[] = [];

  static async open(where: NetConnectOpts): Promise<SocketClient> {
    const socket = connect({ allowHalfOpen: true, ...where });
    await once(socket, 'connect');
    return new SocketClient(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.answers.push(...this.#reader.push(bytes));
      this.#moved();
    });
    socket.on('end', () => {
      this.hasEnded = true;
      this.#moved();
      socket.end();
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.hasEnded = true;
        this.#moved();
        resolve();
      });
    });
  }

  /** Bytes after the last complete response. */
  get rest(): string {
    return this.#reader.rest;
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  get(target = '/', fields = ''): this {
    return this.send(get(target, fields));
  }

  /** Resolves when this many responses have been received, or when the connection has ended. */
  async answered(count = this.answers.length + 1): Promise<Answer | undefined> {
    await this.when(() => this.answers.length >= count);
    return this.answers[count - 1];
  }

  /** Resolves when the condition is true after a received event, or when the connection has ended. */
  async when(condition: () => boolean): Promise<void> {
    while (!condition() && !this.hasEnded) await new Promise<void>((resolve) => void this.#progress.push(resolve));
  }

  /** Vanishes: with a reset, or with an orderly end like a process that exits. */
  kill(reset: boolean): void {
    if (reset) this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  #moved(): void {
    const waiting = this.#progress;
    this.#progress = [];
    for (const resolve of waiting) resolve();
  }
}

export const get = (target = '/', fields = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

/** Sends text on a connection, ends its side, and returns all received text. */
export const exchangeBytes = (connection: Connection, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    connection.start({
      received: (bytes) => void pieces.push(bytes),
      drained: () => {},
      ended: () => connection.end(),
      closed: (error) => (error === undefined ? resolve(Buffer.concat(pieces).toString('latin1')) : reject(error)),
    });
    connection.write(text);
  });
