/** The WebSockets that receive broadcast messages. */
const receivers = new Set();

/**
 * The part of a `ws` WebSocket that is used here.
 * @typedef {{ on: (event: string, listener: (...args: any[]) => void) => unknown, send: (data: Buffer, options: {
 *   binary: boolean }) => unknown }} Socket
 */

/**
 * The behavior of the WebSocket subjects: every message is echoed; on `/broadcast` it is sent to all WebSockets open
 * there.
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
