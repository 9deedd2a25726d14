import type { Receiver } from '@windhover/connections';
import { TestServerError } from './errors.ts';
import type { FetchOptions } from './fetch-options.ts';
import type { TestLink } from './http-client.ts';
import { requestMessage } from './request-message.ts';

/** A wait for received text. */
interface Wait {
  /** The text, once it was received. */
  readonly look: () => string | undefined;
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
  /** Whether the end of the connection is what the wait is for. */
  readonly forEnd: boolean;
}

/**
 * One connection of a test to its server: raw bytes both ways, or requests with `fetch`; and the faults of a client. A
 * connection that has carried a fetch has no raw bytes any more.
 */
export class TestConnection {
  readonly #link: TestLink;
  readonly #decoder = new TextDecoder();
  #received = '';
  /** Characters that `until` and `rest` have returned. */
  #read = 0;
  #waits: Wait[] = [];
  #hasEnded = false;
  #drained: (() => void)[] = [];
  readonly #closed: Promise<Error | undefined>;
  #resolveClosed!: (error: Error | undefined) => void;

  constructor(link: TestLink) {
    this.#link = link;
    this.#closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    link.connection.start(this.#receiver());
    link.connection.onClosed({ closed: (_connection, error) => this.#over(error) });
  }

  #receiver(): Receiver {
    return {
      received: (bytes) => {
        this.#received += this.#decoder.decode(bytes, { stream: true });
        this.#look();
      },
      drained: () => this.#drain(),
      ended: () => {
        this.#hasEnded = true;
        this.#look();
      },
      closed: () => {},
    };
  }

  // Requests

  /** As `fetch` of the test server, on this connection. HTTP/1.1 carries one at a time, HTTP/2 many. */
  fetch(input: string | URL | Request, options: FetchOptions = {}): Promise<Response> {
    const scheme = this.#link.options.https === true ? 'https' : 'http';
    return this.#link.fetch(requestMessage(input, options, { scheme, authority: 'localhost' }), options, () => {});
  }

  // Raw bytes

  /**
   * Sends text as UTF-8, or bytes.
   *
   * @returns a promise that resolves when the server keeps up; it need not be awaited
   */
  async send(data: string | Uint8Array): Promise<void> {
    const isDone = this.#link.connection.write(typeof data === 'string' ? Buffer.from(data) : data);
    if (!isDone && !this.#link.isClosed) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Everything received so far, as UTF-8. */
  get received(): string {
    return this.#received;
  }

  /**
   * Waits for text from the server.
   *
   * @param expected text, or a pattern; looked for after the text that an earlier call has returned
   * @returns the received text up to the end of the match
   * @throws TestServerError `TEST_TEXT_NOT_RECEIVED`, `TEST_CONNECTION_CLOSED`
   */
  until(expected: string | RegExp): Promise<string> {
    return this.#wait(() => {
      const text = this.#received.slice(this.#read);
      const end = endOf(text, expected);
      return end === undefined ? undefined : this.#take(end);
    }, false);
  }

  /** Waits for the server to end its side or to close, and returns the text since the last `until`. */
  rest(): Promise<string> {
    return this.#wait(() => undefined, true);
  }

  /** Resolves when the connection is closed: with the error if it was reset, `undefined` after an orderly end. */
  get closed(): Promise<Error | undefined> {
    return this.#closed;
  }

  #wait(look: () => string | undefined, forEnd: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waits.push({ look, resolve, reject, forEnd });
      this.#look();
    });
  }

  #take(size: number): string {
    const text = this.#received.slice(this.#read, this.#read + size);
    this.#read += size;
    return text;
  }

  /** Answers the waits in their order. */
  #look(): void {
    for (let wait = this.#waits[0]; wait !== undefined; wait = this.#waits[0]) {
      const text = wait.look();
      if (text === undefined && !this.#hasEnded) return;
      this.#waits.shift();
      if (text !== undefined) wait.resolve(text);
      else if (wait.forEnd) wait.resolve(this.#take(this.#received.length));
      else wait.reject(this.#missing());
    }
  }

  #missing(): TestServerError {
    const code = this.#link.isClosed ? 'TEST_CONNECTION_CLOSED' : 'TEST_TEXT_NOT_RECEIVED';
    return new TestServerError(code, `received ${JSON.stringify(this.#received.slice(this.#read))}`);
  }

  #over(error: Error | undefined): void {
    this.#hasEnded = true;
    this.#drain();
    this.#look();
    this.#resolveClosed(error);
  }

  #drain(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  // Faults

  /** The client vanishes: a reset, whatever is under way. */
  drop(): void {
    this.#link.connection.abort();
  }

  /** The client reads nothing more until `resume`, so the server cannot send for ever. */
  stall(): void {
    this.#link.connection.pause();
  }

  /** Ends a stall. */
  resume(): void {
    this.#link.connection.resume();
  }

  /** The client sends and reads slowly. @param bytesPerSecond of the server's clock, in each direction */
  slow(bytesPerSecond: number): void {
    this.#link.connection.slow(bytesPerSecond);
  }

  /** The client ends its side (FIN) and still reads. */
  halfClose(): void {
    this.#link.connection.end();
  }
}

const endOf = (text: string, expected: string | RegExp): number | undefined => {
  if (typeof expected === 'string') {
    const start = text.indexOf(expected);
    return start === -1 ? undefined : start + expected.length;
  }
  // A global pattern would go on where its last match ended.
  expected.lastIndex = 0;
  const match = expected.exec(text);
  return match === null ? undefined : match.index + match[0].length;
};
