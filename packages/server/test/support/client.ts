import type { Socket } from 'node:net';
import type { Connection } from '@windhover/connections';
import { RawClient } from '../../../../tools/test-support/raw-client.ts';

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

/** A client on a real socket that splits what it receives into responses. It ends its side after the server. */
export class SocketClient extends RawClient<Socket> {
  readonly answers: Answer[] = [];
  readonly #reader = new AnswerReader();

  constructor(socket: Socket) {
    super(socket);
    socket.on('end', () => socket.end());
  }

  protected override receive(bytes: Buffer): void {
    this.answers.push(...this.#reader.push(bytes));
  }

  /** Bytes after the last complete response. */
  get rest(): string {
    return this.#reader.rest;
  }

  get(target = '/', fields = ''): this {
    return this.send(get(target, fields));
  }

  /** Resolves when this many responses have been received, or when the connection has ended. */
  async answered(count = this.answers.length + 1): Promise<Answer | undefined> {
    await this.when(() => this.answers.length >= count);
    return this.answers[count - 1];
  }

  /** Vanishes: with a reset, or with an orderly end like a process that exits. */
  kill(reset: boolean): void {
    if (reset) this.stream.resetAndDestroy();
    else this.stream.destroy();
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
