import { count, counts, size } from './format.mjs';

/** @typedef {{ what: string, ok: boolean, got: string, wanted: string }} Check */

/** The activities and findings of a scenario. */
export class Verdict {
  /** @type {Check[]} */
  checks = [];
  /** @type {string[]} */
  did = [];
  /** How the connections ended. @type {string[]} */
  ended = [];
  /** Usual number of connections, if figures for each connection are meaningful. */
  connections = 0;
  /** Maximum heap and external memory above the base, in bytes. */
  heldBound = Infinity;
  /** Connections that may be open although their clients have disconnected. */
  mayLeave = 0;
  #isTimed;

  /** @param {object} how @param {boolean} how.isTimed whether times are compared with bounds */
  constructor({ isTimed }) {
    this.#isTimed = isTimed;
  }

  /** @param {string} what @param {boolean} ok @param {string} got @param {string} wanted */
  check(what, ok, got, wanted) {
    this.checks.push({ what, ok, got, wanted });
  }

  /** @param {string} what @param {number} bytes @param {number} bound */
  atMostBytes(what, bytes, bound) {
    this.check(what, bytes <= bound, size(bytes), `at most ${size(bound)}`);
  }

  /** @param {number} bytes */
  heldAtMost(bytes) {
    this.heldBound = bytes;
  }

  /** @param {string} what @param {number} value @param {number} bound */
  atMost(what, value, bound) {
    this.check(what, value <= bound, count(Math.round(value)), `at most ${count(bound)}`);
  }

  /** @param {string} what @param {number} value @param {number} bound */
  atLeast(what, value, bound) {
    this.check(what, value >= bound, count(Math.round(value)), `at least ${count(bound)}`);
  }

  /** @param {string} what @param {number} milliseconds @param {number} bound */
  atMostTime(what, milliseconds, bound) {
    if (this.#isTimed) this.atMost(`${what}, ms`, milliseconds, bound);
  }

  /** @param {string} what @param {number} value @param {number} wanted */
  equal(what, value, wanted) {
    this.check(what, value === wanted, count(value), count(wanted));
  }

  /**
   * Compares counts: exactly these values, this often. @param {string} what @param {Record<string, number>} got @param
   * {Record<string, number>} wanted
   */
  counted(what, got, wanted) {
    const names = new Set([...Object.keys(got), ...Object.keys(wanted)]);
    const ok = [...names].every((name) => (got[name] ?? 0) === (wanted[name] ?? 0));
    this.check(what, ok, counts(got), counts(wanted));
  }

  get isOk() {
    return this.checks.every(({ ok }) => ok);
  }
}
