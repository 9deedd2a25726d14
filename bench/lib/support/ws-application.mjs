/** The WebSockets that a message is sent to all of. @type {Set<Socket>} */
const receivers = new Set();

/**
 * A WebSocket of `ws`, by its part that is used here.
 * @typedef {{ on: (event: string, listener: (...args: any[]) => void) => unknown,
 *   send: (data: Buffer, options: { binary: boolean }) => unknown }} Socket
 */

/**
 * What the subjects of WebSockets do: every message comes back; on `/broadcast` it goes to all that are open there.
 * @param {Socket} socket
 * @param {string | undefined} target of the handshake
 */
export function serveWebSocket(socket, target) {
  if (target !== '/broadcast') {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
    return;
  }
  receivers.add(socket);
  socket.on('close', () => receivers.delete(socket));
  socket.on('message', (data, binary) => {
    for (const receiver of receivers) receiver.send(data, { binary });
  });
}
