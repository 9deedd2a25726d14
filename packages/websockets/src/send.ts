import { handled } from '@windhover/http';
import { WebSocket } from 'ws';
import { WebSocketError } from './errors.ts';
import { pressure } from './pressure.ts';

/** A message: text or bytes. */
export type Message = string | Uint8Array;

const sent = Promise.resolve();

/**
 * Sends a message. Waits only when the peer does not keep up: when more than 64 KiB are waiting for it. A loop that awaits
 * each call therefore holds at most that and one message in memory.
 *
 * @returns a promise that resolves when the message was handed to the connection; it need not be awaited
 * @throws WebSocketError `WEBSOCKET_CLOSED`, by rejecting, when the WebSocket is not open or closes while the message waits
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
