import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Maximum length of the received text that is kept. */
const kept = 64 * 1024;

/**
 * How a connection ended for its client.
 * @typedef {object} Ending
 * @property {string} how `end` for FIN, otherwise the code of the error; `ours` if the client ended it
 * @property {number} ms since it was opened
 */

/** A client without rules: a raw socket that sends any bytes and reads only on request. */
export class Peer {
  /** The beginning of the received text, one character a byte. */
  text = '';
  received = 0;
  /** Bytes written to the socket. */
  sent = 0;
  #openedAt = performance.now();
  #sawEnd = false;
  #isOurs = false;
  /** @type {string | undefined} */
  #error;

  /**
   * @param {number} port
   * @param {object} [how]
   * @param {number} [how.index] spreads many clients over local addresses, each of which has its own ports
   * @param {boolean} [how.reads] whether what comes is read
   * @param {(text: string) => void} [how.onText] takes what comes instead of `text`
   * @param {boolean} [how.answersEnd] whether our side ends when the server's does
   * @param {number} [how.piece] reads so many bytes at a time, then pauses until `socket.resume()`
   */
  constructor(port, { index = 0, reads = true, onText, answersEnd = true, piece } = {}) {
    const place = process.platform === 'linux' ? { localAddress: `127.0.0.${1 + (index % 16)}` } : {};
    const take = (/** @type {number} */ size) => {
      this.received += size;
      return false;
    };
    const onread = piece === undefined ? {} : { onread: { buffer: Buffer.alloc(piece), callback: take } };
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true, ...place, ...onread });
    /** @type {Promise<void>} */
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('close', () => reject(new Error(`no connection (${this.#error})`)));
    });
    this.opened.catch(() => {});
    /** @type {Promise<Ending>} */
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => resolve({ how: this.#how(), ms: performance.now() - this.#openedAt }));
    });
    this.socket.on('error', (error) => (this.#error ??= /** @type {NodeJS.ErrnoException} */ (error).code));
    this.socket.on('end', () => {
      this.#sawEnd = true;
      if (answersEnd) this.socket.end();
    });
    if (!reads) this.socket.pause();
    else if (piece === undefined)
      this.socket.on('data', (bytes) => this.#receive(/** @type {Buffer} */ (bytes), onText));
  }

  /** @param {Buffer} bytes @param {((text: string) => void) | undefined} onText */
  #receive(bytes, onText) {
    this.received += bytes.length;
    if (onText !== undefined) onText(bytes.toString('latin1'));
    else if (this.text.length < kept) this.text += bytes.toString('latin1');
  }

  #how() {
    if (this.#isOurs) return 'ours';
    return this.#error ?? (this.#sawEnd ? 'end' : 'closed');
  }

  /** Whether the server has ended its side or the connection is closed. */
  get isOver() {
    return this.#sawEnd || this.socket.destroyed;
  }

  /** Status of the first response; `none` without one. */
  get status() {
    return /^HTTP\/1\.1 (\d{3}) /.exec(this.text)?.[1] ?? 'none';
  }

  /** @param {string | Uint8Array} bytes */
  send(bytes) {
    this.sent += bytes.length;
    return this.socket.write(bytes);
  }

  /**
   * Sends a piece repeatedly, as fast as the server reads, until the connection is closed, even after the server's FIN.
   * @param {Uint8Array} piece
   * @param {number} most bytes in total
   * @param {number} [atOnce] pieces written in one turn
   */
  sendEndlessly(piece, most, atOnce = Infinity) {
    const end = this.sent + most;
    const pump = () => {
      for (let i = 0; i < atOnce && this.sent < end && this.socket.writable; i++) if (!this.send(piece)) return;
      if (this.sent < end && this.socket.writable) setImmediate(pump);
    };
    this.socket.on('drain', pump);
    pump();
  }

  /** Ends the client's side and keeps reading. */
  end() {
    this.socket.end();
  }

  /** @param {boolean} [resets] with RST instead of FIN */
  kill(resets = false) {
    if (this.socket.destroyed) return;
    this.#isOurs = true;
    if (resets) this.socket.resetAndDestroy();
    else this.socket.destroy();
  }
}

/**
 * Runs tasks, a limited number at a time, well below any listen backlog.
 * @template T
 * @param {number} count
 * @param {number} width
 * @param {(index: number) => Promise<T>} task
 * @returns {Promise<T[]>}
 */
export async function inParallel(count, width, task) {
  /** @type {T[]} */
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      results[index] = await task(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
  return results;
}

/** How often each value occurs. @param {Iterable<string>} values */
export function tally(values) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
