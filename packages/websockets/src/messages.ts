import { ownCopy } from '@windhover/connections';
import { WebSocket } from 'ws';
import { CloseCode } from './close-code.ts';
import { WebSocketError } from './errors.ts';
import type { Message } from './send.ts';

/** WebSockets whose messages are being read. */
const taken = new WeakSet<WebSocket>();

/**
 * Iterates over the messages of a WebSocket: text as a string, binary as bytes. While a message is being handled, the
 * WebSocket is paused, so a slow handler slows its peer down. The loop ends when the WebSocket has closed, with or
 * without an error. Leaving the loop closes the WebSocket with 1000. If an error leaves the loop, the code that handles
 * the error chooses the close code, e.g. 1011 in the `webSockets` middleware.
 *
 * Call it in the same turn of the event loop as `accept`, because messages that arrive before are lost.
 *
 * @throws WebSocketError `WEBSOCKET_MESSAGES_TAKEN` on the second call for the same WebSocket
 */
export const messages = (socket: WebSocket): AsyncIterableIterator<Message> => {
  if (taken.has(socket)) throw new WebSocketError('WEBSOCKET_MESSAGES_TAKEN');
  taken.add(socket);
  return new MessageIterator(socket);
};

class MessageIterator implements AsyncIterableIterator<Message> {
  readonly #socket: WebSocket;
  readonly #queue: Message[] = [];
  #isOver: boolean;
  /** Resolve the calls of `next` that wait for a message, in order. */
  readonly #waiting: ((result: IteratorResult<Message>) => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#isOver = socket.readyState === WebSocket.CLOSED;
    socket.on('message', (data, isBinary) => this.#received(messageOf(data, isBinary)));
    socket.on('close', () => this.#closed());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Message>> {
    const message = this.#queue.shift();
    if (message !== undefined) return { done: false, value: message };
    if (this.#isOver) return finished;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#socket.isPaused) this.#socket.resume();
    });
  }

  async return(): Promise<IteratorResult<Message>> {
    this.#queue.length = 0;
    this.#isOver = true;
    // Later, because code that handles an error of the loop may close with another code first.
    setImmediate(() => this.#socket.close(CloseCode.normal));
    return finished;
  }

  #received(message: Message): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting({ done: false, value: message });
    } else if (this.#socket.readyState === WebSocket.OPEN && !this.#isOver) {
      this.#queue.push(message);
      this.#socket.pause();
    }
  }

  #closed(): void {
    this.#isOver = true;
    for (const waiting of this.#waiting.splice(0)) waiting(finished);
  }
}

const finished: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** An application may have set `binaryType` to `fragments` or `arraybuffer`. */
const messageOf = (data: WebSocket.RawData, isBinary: boolean): Message => {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);
  return isBinary ? withOwnMemory(bytes) : bytes.toString();
};

/**
 * Copies bytes that are at most half of their memory. Joined fragments are in the pool of Node.js: the message would
 * retain the pool, and its `buffer` show bytes of other clients.
 */
const withOwnMemory = (bytes: Buffer): Buffer => (bytes.length * 2 > bytes.buffer.byteLength ? bytes : ownCopy(bytes));
