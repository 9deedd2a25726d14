// Transfers of 1 GiB. Received bytes are counted in one reused buffer; one buffer is sent repeatedly.
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { gigabyte, gigabytePiece, paths } from '../support/work.mjs';

/** In ms; a transfer takes about one second. */
const patience = 60_000;
const lastChunk = '0\r\n\r\n';

/**
 * @param {number} port
 * @param {(socket: import('node:net').Socket) => void} send
 * @param {(received: number, latest: Buffer) => boolean} isComplete
 * @returns {Promise<import('./wrk.mjs').WrkResult>}
 */
const transfer = (port, send, isComplete) =>
  new Promise((resolve, reject) => {
    const begun = performance.now();
    let received = 0;
    const read = (/** @type {number} */ size, /** @type {Uint8Array} */ bytes) => {
      if (received === 0 && bytes[9] !== 0x32) socket.destroy(new Error('answered with a status that is not 2xx'));
      received += size;
      if (!isComplete(received, Buffer.from(bytes.buffer, bytes.byteOffset, size))) return true;
      const seconds = (performance.now() - begun) / 1000;
      resolve({ requests: 1, seconds, requestsPerSecond: 1 / seconds, errors: 0 });
      socket.destroy();
      return true;
    };
    const socket = connect({ port, host: '127.0.0.1', onread: { buffer: Buffer.alloc(256 * 1024), callback: read } });
    socket.setTimeout(patience, () => socket.destroy(new Error(`a transfer stopped for ${patience} ms`)));
    socket.on('error', reject).on('close', () => reject(new Error('closed the connection during a transfer')));
    socket.on('connect', () => send(socket));
  });

/** @param {Buffer} bytes */
const isLastChunk = (bytes) => bytes.subarray(-lastChunk.length).toString('latin1') === lastChunk;

/** Fetches 1 GiB. @param {number} port */
export const downloadGigabyte = (port) =>
  transfer(
    port,
    (socket) => socket.write(`GET ${paths.gigabyte} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: */*\r\n\r\n`),
    // With a Content-Length, the head is counted too; its remainder arrives with the last bytes.
    (received, latest) => received > gigabyte && (latest.at(-1) === gigabytePiece[0] || isLastChunk(latest)),
  );

/** @param {import('node:net').Socket} socket */
function sendGigabyte(socket) {
  let sent = 0;
  const more = () => {
    while (sent < gigabyte && !socket.destroyed) {
      sent += gigabytePiece.length;
      if (!socket.write(gigabytePiece)) return void socket.once('drain', more);
    }
  };
  more();
}

/** Sends 1 GiB. @param {number} port */
export const uploadGigabyte = (port) =>
  transfer(
    port,
    (socket) => {
      const head = `POST ${paths.upload} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/octet-stream\r\n`;
      socket.write(`${head}content-length: ${gigabyte}\r\n\r\n`);
      sendGigabyte(socket);
    },
    (_received, latest) => latest.toString('latin1').endsWith('Hello, World!') || isLastChunk(latest),
  );
