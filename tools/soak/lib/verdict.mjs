import { count, counts, size } from './format.mjs';

/** @typedef {{ what: string, ok: boolean, got: string, wanted: string }} Check */

/** What a scenario has done and found. */
export class Verdict {
  /** @type {Check[]} */
  checks = [];
  /** @type {string[]} */
  did = [];
  /** How it ended. @type {string[]} */
  ended = [];
  /** Where a figure for each says something: how many there were most of the time. */
  connections = 0;
  /** What the server may hold beyond its base at any time, heap and external memory. */
  heldBound = Infinity;
  /** Connections that may be open although their clients are gone. */
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

  /** Exactly these, so often. @param {string} what @param {Record<string, number>} got @param {Record<string, number>} wanted */
  counted(what, got, wanted) {
    const names = new Set([...Object.keys(got), ...Object.keys(wanted)]);
    const ok = [...names].every((name) => (got[name] ?? 0) === (wanted[name] ?? 0));
    this.check(what, ok, counts(got), counts(wanted));
  }

  get isOk() {
    return this.checks.every(({ ok }) => ok);
  }
}
