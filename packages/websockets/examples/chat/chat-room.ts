import { messages, send } from '@windhover/websockets';
import type { WebSocket } from 'ws';

/** A message on the wire, as JSON. */
interface ChatMessage {
  readonly name: string;
  readonly text: string;
}

const longestName = 40;
const longestText = 2000;

/** Everybody who is here, and a way to tell them all. */
export class ChatRoom {
  readonly #members = new Set<WebSocket>();

  /** Adds a member until its WebSocket is closed. */
  async join(socket: WebSocket): Promise<void> {
    this.#members.add(socket);
    this.#tellAll({ people: this.#members.size });
    try {
      for await (const said of messages(socket)) {
        const message = typeof said === 'string' ? parseMessage(said) : undefined;
        if (message === undefined) return socket.close(1008, 'not a chat message');
        this.#tellAll(message);
      }
    } finally {
      this.#members.delete(socket);
      this.#tellAll({ people: this.#members.size });
    }
  }

  /** Sends without waiting. A member that does not read is dropped at `maxBufferedAmount`. */
  #tellAll(value: ChatMessage | { readonly people: number }): void {
    const text = JSON.stringify(value);
    for (const member of this.#members) void send(member, text);
  }
}

const parseMessage = (json: string): ChatMessage | undefined => {
  try {
    const { name, text } = JSON.parse(json) as Partial<Record<string, unknown>>;
    return isText(name, longestName) && isText(text, longestText) ? { name, text } : undefined;
  } catch {
    return undefined;
  }
};

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= longest;
