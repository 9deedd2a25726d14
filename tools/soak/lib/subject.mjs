import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startNode } from './children.mjs';

const script = fileURLToPath(new URL('../server.mjs', import.meta.url));

/** Milliseconds in which the server must start or answer a question. */
const patience = 120_000;

/** Above this size the server is killed at once, to protect the machine. */
export const emergencyLimit = 1024 ** 3;

/**
 * One look at the server, after a collection. Sizes in bytes.
 * @typedef {object} Sample
 * @property {number} at ms since the base
 * @property {number} rss
 * @property {number} held used heap and external memory together
 * @property {number} highestRss of the process up to now
 * @property {number} connections
 * @property {Record<string, number>} badRequests by code
 * @property {Record<string, number>} applicationErrors by code
 * @property {Record<string, number>} abortedHandlers by path
 * @property {Record<string, number>} closed by code, of a server that tracks its connections; so are these:
 * @property {string[]} open states of some connections that are open
 * @property {number} read from all sockets
 * @property {number} mostRead from one of them
 * @property {number} queued for sending
 * @property {number} mostQueued on one of them
 */

/** The server process. */
export class Subject {
  #child;
  #nextId = 0;
  #said = '';
  /** @type {Map<number, { resolve(sample: Sample): void, reject(error: Error): void }>} */
  #waiting = new Map();
  /** @type {string | undefined} */
  #end;
  #startedAt = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #watching;
  /** All samples, beginning with the base. @type {Sample[]} */
  samples = [];
  port = 0;

  /** @param {import('node:child_process').ChildProcess} child */
  constructor(child) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text) => (this.#said = (this.#said + text).slice(-2048)));
    child.on('message', (/** @type {{ id?: number, sample?: Sample }} */ { id, sample }) => {
      if (id === undefined || sample === undefined) return;
      this.#waiting.get(id)?.resolve(sample);
      this.#waiting.delete(id);
    });
    child.on('error', () => {}); // an answer that did not arrive is missed below
    child.once('exit', (code, signal) => {
      const why = this.#said.split('\n').find((line) => /^\w*Error\b/.test(line)) ?? '';
      this.#end ??= `the server has ended (${signal ?? `exit code ${code}`}) ${why}`;
      for (const { reject } of this.#waiting.values()) reject(new Error(this.#end));
      this.#waiting.clear();
    });
  }

  /**
   * @param {object} how
   * @param {object} how.limits that differ from the defaults
   * @param {boolean} how.tracks whether bytes and ends of single connections are wanted
   */
  static async start({ limits, tracks }) {
    const child = startNode(script, [JSON.stringify({ limits, tracks })]);
    const subject = new Subject(child);
    const given = AbortSignal.timeout(patience);
    const exited = once(child, 'exit', { signal: given }).then(() => Promise.reject(new Error(subject.#end)));
    const listening = once(child, 'message', { signal: given });
    exited.catch(() => {});
    listening.catch(() => {});
    const [{ port }] = await Promise.race([listening, exited]);
    subject.port = port;
    return subject;
  }

  /** Why the server exited; `undefined` while it runs. */
  get end() {
    return this.#end;
  }

  /** @param {boolean} [forgets] what was counted before @returns {Promise<Sample>} */
  async sample(forgets = false) {
    if (this.#end !== undefined) throw new Error(this.#end);
    const id = this.#nextId++;
    const timer = setTimeout(() => {
      this.#waiting.get(id)?.reject(new Error(`the server gave no figures within ${patience} ms`));
      this.#waiting.delete(id);
    }, patience);
    try {
      const sample = await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#child.send({ id, forgets });
      });
      sample.at = Date.now() - this.#startedAt;
      if (this.#watching !== undefined) this.samples.push(sample);
      if (sample.held > emergencyLimit || sample.rss > emergencyLimit) this.kill('it has taken more than 1 GiB');
      return sample;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The first sample. */
  get base() {
    return /** @type {Sample} */ (this.samples[0]);
  }

  /** Takes two samples with a pause, so that the second one sees the effects of finalizers and close callbacks. */
  async settled() {
    await this.sample();
    await delay(200);
    return this.sample();
  }

  /** Takes the base sample, and then a sample at each interval. */
  async watch(interval = 1000) {
    this.#startedAt = Date.now();
    await this.settled();
    this.samples = [await this.sample(true)];
    const next = async () => {
      try {
        await this.sample();
        if (this.#watching !== undefined) this.#watching = setTimeout(next, interval);
      } catch {
        // The subject has ended; the next call reports it.
      }
    };
    this.#watching = setTimeout(next, interval);
  }

  /** Waits until the server has no connections, for at most this many milliseconds. @returns the last sample */
  emptied(atMost = 10_000) {
    return this.#until(({ connections }) => connections === 0, atMost);
  }

  /**
   * Waits until the server has read this many bytes in total, and then nothing for a while. @param {number}
   * bytes
   */
  stalled(bytes, atMost = 10_000) {
    let last = -1;
    let looks = 0;
    return this.#until(({ read }) => {
      looks = read === last ? looks + 1 : 0;
      last = read;
      return read >= bytes && looks >= 5;
    }, atMost);
  }

  /** @param {(sample: Sample) => boolean} condition @param {number} atMost milliseconds @returns the last sample */
  async #until(condition, atMost) {
    const deadline = Date.now() + atMost;
    for (;;) {
      const sample = await this.sample();
      if (condition(sample) || Date.now() > deadline) return sample;
      await delay(100);
    }
  }

  unwatch() {
    clearTimeout(this.#watching);
    this.#watching = undefined;
  }

  /** @param {string} [why] */
  kill(why) {
    if (why !== undefined) this.#end ??= `the server was ended: ${why}`;
    this.#child.kill('SIGKILL');
  }

  async stop() {
    this.unwatch();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.kill();
    await exited;
  }
}
