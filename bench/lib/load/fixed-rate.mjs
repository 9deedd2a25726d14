// Open-loop load: requests are sent by a schedule and not after responses, and the latency of a request counts from its
// due time. A server that stops for a moment therefore affects all requests due meanwhile, not only one.
import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { percentile } from '../figures/statistics.mjs';

/** A request sent this much after its due time, in ms, was delayed by the bench and not by the server. */
const lateness = 1;
/** Time limit for the last responses, in ms. */
const patience = 5000;

/**
 * @typedef {import('./wrk.mjs').WrkResult & { p50Ms: number, p99Ms: number, p999Ms: number, lateShare: number }} RateResult
 *   `lateShare`: of the requests that the bench itself has sent too late
 */

/** Idle connections. The one that has been idle for longest is used next. */
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

/** The schedule: the due time of request `number`, in ms from the start. @param {number} number @param {number} rate */
export const dueTime = (number, rate) => (number * 1000) / rate;

/**
 * Sends requests at a fixed rate on open connections. A request waits until a connection is free, and its latency grows
 * meanwhile. The bench does not sleep between requests, because timers are a millisecond late: it keeps its core busy.
 * @param {{ connections: import('./open-connections.mjs').OpenConnection[], requests: Buffer[], rate: number, seconds:
 *   number, now?: () => number }} load `now`: the clock, in ms
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
