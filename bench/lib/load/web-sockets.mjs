// A low-cost WebSocket client: its frames are made in advance, and responses are counted, not read.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

const opcodeBinary = 2;

/** Suffix appended to a key (RFC 6455 1.3). */
const keySuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * One complete frame of a client.
 * @param {number} size of the message in bytes
 */
export function clientFrame(size) {
  const mask = randomBytes(4);
  const message = randomBytes(size).map((byte, index) => byte ^ mask.readUInt8(index % 4));
  return Buffer.concat([Buffer.from([0x80 | opcodeBinary]), lengthOf(size, 0x80), mask, message]);
}

/** Size of the server's response frame in bytes. @param {number} size of the message */
export const serverFrameSize = (size) => 1 + lengthOf(size, 0).length + size;

/** @param {number} size @param {number} maskBit */
function lengthOf(size, maskBit) {
  if (size < 126) return Buffer.from([maskBit | size]);
  const length = Buffer.alloc(3, maskBit | 126);
  length.writeUInt16BE(size, 1);
  return length;
}

/**
 * Opens a WebSocket, up to the end of the handshake.
 * @param {number} port
 */
export async function openWebSocket(port, target = '/') {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {}); // code that awaits the socket gets the error as well
  await once(socket, 'connect');
  const key = randomBytes(16).toString('base64');
  const accept = createHash('sha1')
    .update(key + keySuffix)
    .digest('base64');
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  const [bytes] = await once(socket, 'data');
  const head = bytes.toString('latin1');
  if (!head.startsWith('HTTP/1.1 101 ') || !head.includes(accept) || !head.endsWith('\r\n\r\n')) {
    socket.destroy();
    throw new Error('the handshake was not accepted');
  }
  return socket;
}

/**
 * Sends a message on each WebSocket again as soon as it has been echoed.
 * @param {import('node:net').Socket[]} sockets
 * @param {number} size of the message in bytes
 * @param {number} seconds
 * @param {number} [variety] number of different messages
 * @returns {Promise<import('./wrk.mjs').WrkResult>}
 */
export async function echoFor(sockets, size, seconds, variety = 1) {
  const frames = Array.from({ length: variety }, () => clientFrame(size));
  const answerSize = serverFrameSize(size);
  const begun = performance.now();
  let messages = 0;
  let isOver = false;
  setTimeout(() => (isOver = true), seconds * 1000);
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise((resolve, reject) => {
          let received = 0;
          const count = (/** @type {Buffer} */ bytes) => {
            received += bytes.length;
            if (received < answerSize) return;
            received -= answerSize;
            messages += 1;
            if (!isOver) {
              socket.write(frames[messages % variety]);
              return;
            }
            socket.off('data', count).off('close', lost);
            resolve(undefined);
          };
          const lost = () => reject(new Error('closed a WebSocket under load'));
          socket.on('data', count).once('close', lost);
          socket.write(frames[0]);
        }),
    ),
  );
  return resultOf(messages, begun);
}

/**
 * Sends a message on the first WebSocket, waits until all have received it, and begins again.
 * @param {import('node:net').Socket[]} sockets that the server sends every message to
 * @param {number} size of the message in bytes
 * @param {number} seconds
 * @returns {Promise<import('./wrk.mjs').WrkResult>} `requests` counts deliveries
 */
export async function broadcastFor(sockets, size, seconds) {
  const frame = clientFrame(size);
  const round = serverFrameSize(size) * sockets.length;
  const begun = performance.now();
  let rounds = 0;
  let received = 0;
  await new Promise((resolve, reject) => {
    const count = (/** @type {Buffer} */ bytes) => {
      received += bytes.length;
      if (received < round) return;
      received -= round;
      rounds += 1;
      if (performance.now() - begun < seconds * 1000) sockets[0].write(frame);
      else {
        for (const socket of sockets) socket.off('data', count).off('close', lost);
        resolve(undefined);
      }
    };
    const lost = () => reject(new Error('closed a WebSocket under load'));
    for (const socket of sockets) socket.on('data', count).once('close', lost);
    sockets[0].write(frame);
  });
  return resultOf(rounds * sockets.length, begun);
}

/**
 * Opens WebSockets, `width` at a time, and drops each as soon as it is open.
 * @param {number} port
 * @param {number} width
 * @param {number} seconds
 * @returns {Promise<import('./wrk.mjs').WrkResult>}
 */
export async function connectFor(port, width, seconds) {
  const begun = performance.now();
  let opened = 0;
  const openAgain = async () => {
    while (performance.now() - begun < seconds * 1000) {
      const socket = await openWebSocket(port);
      socket.resetAndDestroy(); // a reset leaves no port in TIME_WAIT
      opened += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, openAgain));
  return resultOf(opened, begun);
}

/** @param {number} requests @param {number} begun */
function resultOf(requests, begun) {
  const seconds = (performance.now() - begun) / 1000;
  return { requests, seconds, requestsPerSecond: requests / seconds, errors: 0 };
}
