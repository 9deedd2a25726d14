// Load with an open loop: requests are sent by a schedule and not when an answer has come, and the latency of a request counts
// from the time it was due. A server that stops for a moment so shows in all requests that were due meanwhile, and not in one.
import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { percentile } from '../figures/statistics.mjs';

/** A request that is sent this much after its time, in ms, was held up by the bench and not by the server. */
const lateness = 1;
/** For the last answers, in ms. */
const patience = 5000;

/**
 * @typedef {import('./wrk.mjs').WrkResult & { p50Ms: number, p99Ms: number, p999Ms: number, lateShare: number }} RateResult
 *   `lateShare`: of the requests that the bench itself has sent too late
 */

/** The connections that wait for a request: the one that has waited longest is next. */
class Waiting {
  /** @param {import('./open-connections.mjs').OpenConnection[]} connections */
  constructor(connections) {
    this.ring = [...connections];
    this.head = 0;
    this.length = connections.length;
  }

  take() {
    const taken = this.ring[this.head];
    this.head = (this.head + 1) % this.ring.length;
    this.length -= 1;
    return taken;
  }

  /** @param {import('./open-connections.mjs').OpenConnection} connection */
  add(connection) {
    this.ring[(this.head + this.length) % this.ring.length] = connection;
    this.length += 1;
  }
}

/** The schedule: when request `number` is due, in ms from the start. @param {number} number @param {number} rate */
export const dueTime = (number, rate) => (number * 1000) / rate;

/**
 * Sends requests at a rate on open connections. A request that finds no free connection waits, and its latency grows meanwhile.
 * The bench does not sleep between requests, since timers are a millisecond late: its core is busy.
 * @param {{ connections: import('./open-connections.mjs').OpenConnection[], requests: Buffer[], rate: number, seconds: number,
 *   now?: () => number }} load `now`: the clock, in ms
 * @returns {Promise<RateResult>}
 */
export async function loadAtRate({ connections, requests, rate, seconds, now = () => performance.now() }) {
  const total = Math.round(rate * seconds);
  const latencies = new Float64Array(total);
  const waiting = new Waiting(connections);
  const start = now();
  let sent = 0;
  let answered = 0;
  let late = 0;
  const hasDue = (/** @type {number} */ time) => sent < total && start + dueTime(sent, rate) <= time;
  const send = (/** @type {import('./open-connections.mjs').OpenConnection} */ connection) => {
    connection.due = start + dueTime(sent, rate);
    connection.socket.write(requests[sent % requests.length]);
    sent += 1;
  };
  for (const connection of connections) {
    connection.onAnswer = () => {
      const time = now();
      latencies[answered] = time - connection.due;
      answered += 1;
      if (waiting.length === 0 && hasDue(time)) send(connection);
      else waiting.add(connection);
    };
  }
  const end = start + seconds * 1000 + patience;
  const isComplete = () => answered === total;
  for (let time = start; !isComplete() && time <= end; time = now()) {
    while (waiting.length > 0 && hasDue(time)) {
      if (time - start - dueTime(sent, rate) > lateness) late += 1;
      send(waiting.take());
    }
    await turn();
  }
  const elapsed = (now() - start) / 1000;
  const sorted = latencies.subarray(0, answered).sort();
  return {
    requests: answered,
    seconds: elapsed,
    requestsPerSecond: answered / elapsed,
    errors: total - answered + connections.filter(isBroken).length,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    p999Ms: percentile(sorted, 0.999),
    lateShare: late / total,
  };
}

/** @param {import('./open-connections.mjs').OpenConnection} connection */
const isBroken = ({ isLost, errors }) => isLost || errors > 0;
