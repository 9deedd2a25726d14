import { once } from 'node:events';
import { connect } from 'node:net';
import { openIdle } from './idle-connections.mjs';

const endOfHead = '\r\n\r\n';

/**
 * The length of a subject's responses, which are all equal; read from the first one.
 * @param {import('node:net').Socket} socket
 * @param {Buffer} request
 */
async function answerLength(socket, request) {
  socket.write(request);
  let text = '';
  for (;;) {
    const [bytes] = await once(socket, 'data');
    text += bytes.toString('latin1');
    const end = text.indexOf(endOfHead);
    if (end === -1) continue;
    const content = Number(/content-length: *(\d+)/i.exec(text)?.[1]);
    if (Number.isNaN(content)) throw new Error('an answer without content-length');
    const length = end + endOfHead.length + content;
    if (text.length >= length) return length;
  }
}

/** A connection with at most one pending request. It reads only the size and status of responses. */
class LoadConnection {
  /** @param {import('node:net').Socket} socket @param {number} answerLength */
  constructor(socket, answerLength) {
    this.socket = socket;
    this.answerLength = answerLength;
    this.received = 0;
    this.isLost = false;
    this.errors = 0;
    /** Due time of the pending request; see `loadAtRate`. */
    this.due = 0;
    /** @type {(connection: LoadConnection) => void} */
    this.onAnswer = () => {};
    socket.on('data', (/** @type {Buffer} */ bytes) => this.#count(bytes));
    socket.on('close', () => (this.isLost = true));
  }

  /** @param {Buffer} bytes */
  #count(bytes) {
    // "HTTP/1.1 2": every status of success.
    if (this.received === 0 && bytes.readUInt8(9) !== 0x32) this.errors += 1;
    this.received += bytes.length;
    if (this.received < this.answerLength) return;
    if (this.received > this.answerLength) this.errors += 1;
    this.received = 0;
    this.onAnswer(this);
  }
}

/**
 * Opens connections for `loadAtRate`.
 * @param {number} port
 * @param {number} count
 * @param {Buffer} request
 */
export async function openConnections(port, count, request) {
  /** @type {LoadConnection[]} */
  const connections = [];
  let length = 0;
  await openIdle(port, count, async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => {}); // code that awaits the socket gets the error as well
    await once(socket, 'connect');
    length ||= await answerLength(socket, request);
    connections.push(new LoadConnection(socket, length));
    return socket;
  });
  return connections;
}

/** @param {LoadConnection[]} connections */
export function closeConnections(connections) {
  for (const { socket } of connections) socket.resetAndDestroy(); // a reset leaves no port in TIME_WAIT
}

/** @typedef {LoadConnection} OpenConnection */
