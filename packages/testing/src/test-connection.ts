import type { Receiver } from '@windhover/connections';
import { TestServerError } from './errors.ts';
import type { TestFetchOptions } from './test-fetch-options.ts';
import type { TestLink } from './http-client.ts';
import { requestMessage } from './request-message.ts';

/** A pending wait for received text. */
interface Wait {
  /** Returns the text, or `undefined` until it was received. */
  readonly look: () => string | undefined;
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
  /** Whether the wait ends when the server ends its side. */
  readonly forEnd: boolean;
}

/**
 * One connection of a test to its server. It carries either raw bytes or requests made with `fetch`, and simulates
 * client faults. After a `fetch`, raw bytes are no longer available.
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

  /** Same as `fetch` of the test server, on this connection. HTTP/1.1 carries one request at a time, HTTP/2 many. */
  fetch(input: string | URL | Request, options: TestFetchOptions = {}): Promise<Response> {
    const scheme = this.#link.options.https === true ? 'https' : 'http';
    return this.#link.fetch(requestMessage(input, options, { scheme, authority: 'localhost' }), options, () => {});
  }

  // Raw bytes

  /**
   * Sends text as UTF-8, or bytes.
   *
   * @returns a promise that resolves when the server can take more; awaiting it is optional
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
   * @param expected text or a pattern; the search starts after the text that earlier calls returned
   * @returns the received text up to the end of the match
   * @throws TestServerError `TESTING_TEXT_NOT_RECEIVED`, `TESTING_CONNECTION_CLOSED`
   */
  until(expected: string | RegExp): Promise<string> {
    return this.#wait(() => {
      const text = this.#received.slice(this.#read);
      const end = endOf(text, expected);
      return end === undefined ? undefined : this.#take(end);
    }, false);
  }

  /** Waits until the server ends its side or closes. Returns the text that `until` has not returned yet. */
  rest(): Promise<string> {
    return this.#wait(() => undefined, true);
  }

  /** Resolves when the connection is closed: with the error after a reset, with `undefined` after an orderly end. */
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

  /** Resolves pending waits, in order. */
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
    const code = this.#link.isClosed ? 'TESTING_CONNECTION_CLOSED' : 'TESTING_TEXT_NOT_RECEIVED';
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

  /** Resets the connection, like a client that vanishes. */
  drop(): void {
    this.#link.connection.abort();
  }

  /** Stops reading until `resume`, so that the server's writes back up. */
  stall(): void {
    this.#link.connection.pause();
  }

  /** Reads again after `stall`. */
  resume(): void {
    this.#link.connection.resume();
  }

  /** Limits the client's send and receive rate. @param bytesPerSecond by the server's clock, in each direction */
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
  // A global pattern would continue after its last match.
  expected.lastIndex = 0;
  const match = expected.exec(text);
  return match === null ? undefined : match.index + match[0].length;
};
