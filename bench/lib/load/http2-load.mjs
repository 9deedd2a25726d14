// A low-cost HTTP/2 client: its frames are made in advance, and it reads only frame headers and statuses of responses.
import { once } from 'node:events';
import { connect } from 'node:net';
import { HpackEncoder, OutputBuffer } from '@windhover/http2/codec';
import { browserFields, varyingHeads, varyingRequest } from './heads.mjs';

const frameHeaderSize = 9;
const dataType = 0;
const headersType = 1;
const rstStreamType = 3;
const goAwayType = 7;
const endStream = 0x1;
const endHeaders = 0x4;
/** `:status: 200` of the static table. */
const status200 = 0x88;

/**
 * The connection preface, with settings that never delay a small response, and the acknowledgement of the server's
 * settings.
 */
const opening = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'),
  Buffer.from('00000604000000000000047fffffff', 'hex'), // SETTINGS_INITIAL_WINDOW_SIZE
  Buffer.from('00000408000000000070000000', 'hex'), // WINDOW_UPDATE
  Buffer.from('000000040100000000', 'hex'), // SETTINGS with ACK
]);

/** @param {[name: string, value: string][]} fields @param {HpackEncoder} encoder @param {boolean} isFirst */
function headersFrame(fields, encoder, isFirst) {
  const out = new OutputBuffer(Buffer.alloc(4096));
  // The pool is sent repeatedly: its first block empties the table, so that the same bytes have the same meaning.
  if (isFirst) for (const byte of [0x20, 0x3f, 0xe1, 0x1f]) out.byte(byte);
  for (const [name, value] of fields) encoder.field(out, name, value);
  const frame = Buffer.alloc(frameHeaderSize + out.length);
  frame.writeUIntBE(out.length, 0, 3);
  frame[3] = headersType;
  frame[4] = endStream | endHeaders;
  frame.set(out.bytes.subarray(0, out.length), frameHeaderSize);
  return frame;
}

/** @param {string} line @returns {[name: string, value: string]} */
const field = (line) => {
  const colon = line.indexOf(':', 1);
  return [line.slice(0, colon), line.slice(colon + 2)];
};

/** @param {number} port @param {string} path @param {string[]} lines @returns {[name: string, value: string][]} */
const request = (port, path, lines) => [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', `127.0.0.1:${port}`],
  [':path', path],
  ...lines.map(field),
];

/** The pool of requests with browser-sized header lists that all differ. @param {number} port */
export function varyingFrames(port) {
  const encoder = new HpackEncoder();
  return Array.from({ length: varyingHeads }, (_, number) => {
    const { path, fields } = varyingRequest(number);
    return headersFrame(request(port, path, [...browserFields, ...fields]), encoder, number === 0);
  });
}

/** One connection that keeps a number of streams busy. */
class LoadConnection {
  /** @param {import('node:net').Socket} socket @param {Buffer[]} frames */
  constructor(socket, frames) {
    this.socket = socket;
    this.frames = frames;
    this.next = 0;
    this.streamId = 1;
    this.answered = 0;
    this.errors = 0;
    this.isRunning = false;
    /** @type {Buffer} */
    this.left = Buffer.alloc(0);
    socket.on('data', (/** @type {Buffer} */ chunk) => this.#received(chunk));
    socket.on('close', () => (this.errors += this.isRunning ? 1 : 0));
  }

  /** @param {number} count of requests, each on a new stream */
  send(count) {
    const batch = [];
    for (let sent = 0; sent < count; sent += 1) {
      const frame = Buffer.from(this.frames[this.next]);
      frame.writeUInt32BE(this.streamId, 5);
      this.streamId += 2;
      this.next = (this.next + 1) % this.frames.length;
      batch.push(frame);
    }
    this.socket.write(Buffer.concat(batch));
  }

  /** @param {Buffer} chunk */
  #received(chunk) {
    const bytes = this.left.length === 0 ? chunk : Buffer.concat([this.left, chunk]);
    let at = 0;
    let ended = 0;
    while (bytes.length - at >= frameHeaderSize) {
      const end = at + frameHeaderSize + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      ended += this.#frame(bytes, at);
      at = end;
    }
    this.left = bytes.subarray(at);
    this.answered += ended;
    if (this.isRunning && ended > 0) this.send(ended);
  }

  /** @param {Buffer} bytes @param {number} at @returns {number} 1 for the end of a stream */
  #frame(bytes, at) {
    const type = bytes[at + 3];
    if (type === headersType) {
      if (bytes[at + frameHeaderSize] !== status200) this.errors += 1;
    } else if (type !== dataType) {
      // WINDOW_UPDATE and acknowledgements are expected; RST_STREAM and GOAWAY are not.
      if (type === rstStreamType || type === goAwayType) this.errors += 1;
      return 0;
    }
    return bytes[at + 4] & endStream;
  }
}

/** A connection after its preface. @param {number} port */
async function open(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {}); // code that awaits the socket gets the error as well
  await once(socket, 'connect');
  socket.write(opening);
  return socket;
}

/**
 * Keeps streams busy on several new connections for a time.
 * @param {{ port: number, frames: Buffer[], connections: number, streams: number, seconds: number }} load
 * @returns {Promise<import('./wrk.mjs').WrkResult>}
 */
export async function loadHttp2({ port, frames, connections, streams, seconds }) {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const loads = sockets.map((socket) => new LoadConnection(socket, frames));
  const start = performance.now();
  for (const load of loads) {
    load.isRunning = true;
    load.send(streams);
  }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsed = (performance.now() - start) / 1000;
  const requests = loads.reduce((sum, { answered }) => sum + answered, 0);
  const errors = loads.reduce((sum, load) => sum + load.errors, 0);
  for (const load of loads) load.isRunning = false;
  for (const socket of sockets) socket.destroy();
  return { requests, seconds: elapsed, requestsPerSecond: requests / elapsed, errors };
}

/** Opens a connection and makes one request on it. @param {number} port */
export async function openAfterHttp2Request(port) {
  const socket = await open(port);
  socket.setTimeout(10_000, () => socket.destroy(new Error('an idle connection got no answer')));
  const load = new LoadConnection(socket, [
    headersFrame(request(port, '/', ['accept: */*']), new HpackEncoder(), false),
  ]);
  load.send(1);
  while (load.answered === 0) await once(socket, 'data');
  socket.removeAllListeners('data').resume();
  socket.setTimeout(0);
  return socket;
}
