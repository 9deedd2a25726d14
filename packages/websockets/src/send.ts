import { handled } from '@windhover/http';
import { WebSocket } from 'ws';
import { WebSocketError } from './errors.ts';
import { pressure } from './pressure.ts';

/** A message: text, or bytes. */
export type Message = string | Uint8Array;

const sent = Promise.resolve();

/**
 * Sends a message, and waits only where the peer does not keep up: when more than 64 KiB wait for it already. So a loop
 * that awaits each call holds that and one message in memory, and no turn of the event loop is lost otherwise.
 *
 * @returns resolves when the message has been handed over; may be left alone
 * @throws WebSocketError `WEBSOCKET_CLOSED`, by rejecting: the WebSocket is not open, or its peer goes meanwhile
 */
export const send = (socket: WebSocket, message: Message): Promise<void> => {
  if (socket.readyState !== WebSocket.OPEN) return handled(Promise.reject(new WebSocketError('WEBSOCKET_CLOSED')));
  if (socket.bufferedAmount <= pressure) {
    socket.send(message);
    return sent;
  }
  return handled(
    new Promise((resolve, reject) => {
      socket.send(message, (cause) => {
        if (cause) reject(new WebSocketError('WEBSOCKET_CLOSED', undefined, { cause }));
        else resolve();
      });
    }),
  );
};
