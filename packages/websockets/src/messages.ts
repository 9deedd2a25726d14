import { WebSocket } from 'ws';
import { CloseCode } from './close-code.ts';
import { WebSocketError } from './errors.ts';
import type { Message } from './send.ts';

/** WebSockets whose messages are being read. */
const taken = new WeakSet<WebSocket>();

/**
 * The messages of a WebSocket, one after the other: text as a string, binary as bytes. While a message is being handled,
 * only data that arrived together with it is read, so a slow handler slows its peer down. The loop ends when the
 * WebSocket has closed, for any reason. Leaving the loop closes the WebSocket with 1000, unless the error that left the
 * loop leads to another close code.
 *
 * Call it in the turn of the event loop that accepts the WebSocket: messages that arrive earlier are lost.
 *
 * @throws WebSocketError `WEBSOCKET_MESSAGES_TAKEN` at the second call for a WebSocket
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
  /** Of the call that waits for a message. */
  #waiting: ((result: IteratorResult<Message>) => void) | undefined;

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
      this.#waiting = resolve;
      if (this.#socket.isPaused) this.#socket.resume();
    });
  }

  async return(): Promise<IteratorResult<Message>> {
    this.#queue.length = 0;
    this.#isOver = true;
    // An error that propagates from the loop may close with another code first.
    setImmediate(() => this.#socket.close(CloseCode.normal));
    return finished;
  }

  #received(message: Message): void {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting({ done: false, value: message });
    } else if (this.#socket.readyState === WebSocket.OPEN && !this.#isOver) {
      this.#queue.push(message);
      this.#socket.pause();
    }
  }

  #closed(): void {
    this.#isOver = true;
    this.#waiting?.(finished);
  }
}

const finished: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** `fragments` and `arraybuffer` are what a socket gives that was told so. */
const messageOf = (data: WebSocket.RawData, isBinary: boolean): Message => {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);
  return isBinary ? bytes : bytes.toString();
};
