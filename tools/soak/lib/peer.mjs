import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Text of an answer that is kept at most. */
const kept = 64 * 1024;

/**
 * How a connection ended for its client.
 * @typedef {object} Ending
 * @property {string} how `end` for FIN, the code of the error otherwise; `ours` where the client ended it
 * @property {number} ms since it was opened
 */

/** A client without manners: a raw socket that sends what it likes, and reads only if it is told to. */
export class Peer {
  /** The beginning of what the server has sent, one character a byte. */
  text = '';
  received = 0;
  /** Bytes handed to the socket. */
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

  /** Whether the server has ended its side, or the connection is gone. */
  get isOver() {
    return this.#sawEnd || this.socket.destroyed;
  }

  /** Of the first answer; `none` where there was none. */
  get status() {
    return /^HTTP\/1\.1 (\d{3}) /.exec(this.text)?.[1] ?? 'none';
  }

  /** @param {string | Uint8Array} bytes */
  send(bytes) {
    this.sent += bytes.length;
    return this.socket.write(bytes);
  }

  /**
   * Sends a piece over and over, as fast as it is taken, until the connection is gone, even past the server's FIN.
   * @param {Uint8Array} piece
   * @param {number} most bytes in all
   * @param {number} [atOnce] pieces given to the socket in one turn
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

  /** Ends our side and goes on reading. */
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
 * Opens many, so many at a time, well below any listen backlog.
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
