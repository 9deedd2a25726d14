import type { WebSocket } from 'ws';
import { CloseCode } from './close-code.ts';
import { messages } from './messages.ts';
import type { Message } from './send.ts';

/** Handlers for the events of a WebSocket, named like the handlers of a browser's `WebSocket`. */
export interface WebSocketHandlers {
  /** Called for each message: text as a string, binary as an `ArrayBuffer`. The next message waits for the returned promise. */
  onmessage?(event: { readonly data: string | ArrayBuffer }): void | Promise<void>;
  /** Called when the peer has violated the protocol or a limit; `onclose` follows. */
  onerror?(event: { readonly error: Error }): void;
  /** Called once, last. `wasClean` is false when the peer sent no close frame (code 1006). */
  onclose?(event: CloseEvent): void | Promise<void>;
}

/** The end of a WebSocket. */
export interface CloseEvent {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/**
 * Runs handlers like those of a browser's `WebSocket`, one event after the other, so a slow handler slows its peer down. A
 * handler that throws closes the WebSocket with 1011.
 *
 * @returns a promise that resolves after `onclose`, and rejects with the error of a handler
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
