import { once } from 'node:events';
import { connect } from 'node:net';
import { exchange } from '../run/answer.mjs';
import { requestHead } from './heads.mjs';

/** Number of connections opened concurrently: well below any listen backlog. */
const width = 64;

/** Opens a connection and makes one request on it. @param {number} port */
export async function openAfterRequest(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setTimeout(10_000, () => socket.destroy(new Error('an idle connection got no answer')));
  socket.on('error', () => {}); // code that awaits the socket gets the error as well
  await once(socket, 'connect');
  await exchange(socket, requestHead('small', port), 1);
  socket.setTimeout(0);
  return socket;
}

/**
 * Opens connections and leaves them open.
 * @param {number} port
 * @param {number} count
 * @param {(port: number) => Promise<import('node:net').Socket>} open
 */
export async function openIdle(port, count, open) {
  /** @type {import('node:net').Socket[]} */
  const sockets = [];
  let lost = 0;
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(width, count - sockets.length) }, () => open(port));
    for (const socket of await Promise.all(batch)) sockets.push(socket.on('close', () => (lost += 1)));
  }
  return {
    /** Number of connections closed by the server. */
    lost: () => lost,
    close: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}
