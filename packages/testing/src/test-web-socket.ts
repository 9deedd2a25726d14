import type { Duplex } from 'node:stream';
import { type ClientOptions, WebSocket } from 'ws';
import { TestServerError } from './errors.ts';

/** How a test's WebSocket was closed. */
export interface TestWebSocketClose {
  readonly code: number;
  readonly reason: string;
}

interface Wait {
  readonly resolve: (message: string | Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** A test's WebSocket to its server. Messages are queued until the test reads them with `next` or a `for await` loop. */
export class TestWebSocket implements AsyncIterable<string | Uint8Array>, Disposable {
  /** The underlying WebSocket of `ws`, for operations that this class does not offer. */
  readonly socket: WebSocket;
  readonly #messages: (string | Uint8Array)[] = [];
  readonly #waits: Wait[] = [];
  readonly #closed: Promise<TestWebSocketClose>;
  #resolveClosed!: (close: TestWebSocketClose) => void;
  #isClosed = false;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.#closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    socket.on('message', (data: Buffer, isBinary) => this.#received(isBinary ? data : data.toString()));
    socket.on('close', (code, reason) => this.#over({ code, reason: reason.toString() }));
  }

  /**
   * Opens a WebSocket over a stream.
   *
   * @throws TestServerError `TESTING_WEB_SOCKET_REFUSED`, with the status and body of the response in its message
   */
  static async open(
    url: string,
    protocols: readonly string[],
    stream: Duplex,
    options: ClientOptions,
  ): Promise<TestWebSocket> {
    const socket = new WebSocket(url, [...protocols], { ...options, createConnection: () => stream as never });
    const opened = new TestWebSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.on('error', (cause) =>
        reject(new TestServerError('TESTING_WEB_SOCKET_REFUSED', cause.message, { cause })),
      );
      socket.once('unexpected-response', (_request, response) => {
        let content = '';
        response.setEncoding('utf8').on('data', (text: string) => (content += text));
        response.once('close', () => {
          reject(new TestServerError('TESTING_WEB_SOCKET_REFUSED', `${response.statusCode} ${content}`.trim()));
          stream.destroy();
        });
      });
    });
    return opened;
  }

  /** The subprotocol that the server selected; empty without one. */
  get protocol(): string {
    return this.socket.protocol;
  }

  send(message: string | Uint8Array): void {
    this.socket.send(message);
  }

  /**
   * Returns the next message: text as a string, binary as bytes.
   *
   * @throws TestServerError `TESTING_WEB_SOCKET_CLOSED`, with code and reason, when the WebSocket closes first
   */
  next(): Promise<string | Uint8Array> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    if (this.#isClosed) return this.#closed.then((close) => Promise.reject(closedError(close)));
    return new Promise((resolve, reject) => this.#waits.push({ resolve, reject }));
  }

  /** Yields messages until the WebSocket closes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string | Uint8Array, void> {
    for (;;) {
      try {
        yield await this.next();
      } catch (error) {
        if (error instanceof TestServerError && error.code === 'TESTING_WEB_SOCKET_CLOSED') return;
        throw error;
      }
    }
  }

  /** Resolves when the WebSocket is closed. */
  get closed(): Promise<TestWebSocketClose> {
    return this.#closed;
  }

  /** Sends a close frame and waits for the server's close frame. Default code 1000. */
  close(code = 1000, reason = ''): Promise<TestWebSocketClose> {
    this.socket.close(code, reason);
    return this.closed;
  }

  /** Resets the connection without a close frame, like a client that vanishes. */
  drop(): void {
    this.socket.terminate();
  }

  [Symbol.dispose](): void {
    this.drop();
  }

  #received(message: string | Uint8Array): void {
    const wait = this.#waits.shift();
    if (wait === undefined) this.#messages.push(message);
    else wait.resolve(message);
  }

  #over(close: TestWebSocketClose): void {
    this.#isClosed = true;
    this.#resolveClosed(close);
    for (const { reject } of this.#waits.splice(0)) reject(closedError(close));
  }
}

const closedError = ({ code, reason }: TestWebSocketClose): TestServerError =>
  new TestServerError('TESTING_WEB_SOCKET_CLOSED', `code ${code}${reason === '' ? '' : `, ${reason}`}`);
