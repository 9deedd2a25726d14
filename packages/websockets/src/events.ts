import type { WebSocket } from 'ws';
import { CloseCode } from './close-code.ts';
import { messages } from './messages.ts';
import type { Message } from './send.ts';

/** What happens to a WebSocket, with handlers named as those of a browser's. */
export interface WebSocketHandlers {
  /** Text is a string, binary an `ArrayBuffer`. The next message waits for a promise that is returned. */
  onmessage?(event: { readonly data: string | ArrayBuffer }): void | Promise<void>;
  /** The peer has broken a rule; `onclose` follows. */
  onerror?(event: { readonly error: Error }): void;
  /** The end, once and last. `wasClean` is false when there was no close frame of the peer (1006). */
  onclose?(event: CloseEvent): void | Promise<void>;
}

/** How a WebSocket has ended. */
export interface CloseEvent {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/**
 * Runs handlers like those of a browser's `WebSocket`, one event after the other: a handler that takes its time slows the
 * peer down. One that throws ends the WebSocket with 1011.
 *
 * @returns resolves behind `onclose`; rejects with what a handler has thrown
 * @throws WebSocketError `WEBSOCKET_MESSAGES_TAKEN`, by rejecting
 * Source: WHATWG WebSockets, section 3.1
 */
export const handleEvents = async (socket: WebSocket, handlers: WebSocketHandlers): Promise<void> => {
  const closed = closing(socket);
  let error: Error | undefined;
  socket.once('error', (reason) => (error = reason));
  for await (const message of messages(socket)) await handled(socket, handlers, message);
  const event = await closed;
  if (error !== undefined) handlers.onerror?.({ error });
  await handlers.onclose?.(event);
};

const closing = (socket: WebSocket): Promise<CloseEvent> =>
  new Promise((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString(), wasClean: code !== 1006 }));
  });

const handled = async (socket: WebSocket, handlers: WebSocketHandlers, message: Message): Promise<void> => {
  try {
    await handlers.onmessage?.({ data: typeof message === 'string' ? message : arrayBufferOf(message) });
  } catch (error) {
    socket.close(CloseCode.internalError);
    throw error;
  }
};

const arrayBufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
