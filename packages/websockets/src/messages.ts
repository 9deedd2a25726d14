import { WebSocket } from 'ws';
import { CloseCode } from './close-code.ts';
import { WebSocketError } from './errors.ts';
import type { Message } from './send.ts';

/** WebSockets whose messages somebody reads. */
const taken = new WeakSet<WebSocket>();

/**
 * The messages of a WebSocket, one after the other: text as a string, binary as bytes. While one is being handled no
 * more is read than had come with it, so a slow handler slows its peer down. The loop ends when the WebSocket has closed,
 * for whatever reason; leaving it closes the WebSocket with 1000, or as whoever is left by the same error says.
 *
 * Call it in the turn of the event loop that accepts: what comes before has nobody to take it.
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
    // An error may be on its way to somebody who closes with another code.
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
