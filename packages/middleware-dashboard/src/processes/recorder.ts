import { METHODS } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ConnectionEndpointNameFeature } from '@windhover/connections';
import { type RequestMessage, subscribe } from '@windhover/diagnostics';
import { HttpRequestFeature } from '@windhover/http';
import { HttpRouteFeature } from '@windhover/middleware-routing';
import { type RequestCounts, type Snapshot, bucketCount, bucketOf } from '../snapshot.ts';

/** Milliseconds between two samples of the event loop, which the histogram counts as delay. */
const resolution = 10;

/** Maximum number of routes that are counted separately; the remaining ones share one entry. */
const mostRoutes = 200;

/** A mutable `RequestCounts`. */
class Counts {
  count = 0;
  failed = 0;
  readonly durations: number[] = Array.from({ length: bucketCount }, () => 0);

  add(bucket: number, hasFailed: boolean): void {
    this.count++;
    if (hasFailed) this.failed++;
    this.durations[bucket]!++;
  }
}

const counted = Symbol('dashboard');

/** Counts the activity of the servers of this process until it is disposed. */
export class Recorder implements Disposable {
  readonly #subscription: Disposable;
  readonly #delay = monitorEventLoopDelay({ resolution });
  readonly #all = new Counts();
  readonly #routes = new Map<string, Counts>();
  readonly #endpoints = new Map<string, Counts>();
  readonly #statuses: Record<string, number> = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  readonly #connections = { accepted: 0, rejected: 0, refusedHandshakes: 0 };
  #active = 0;
  #aborted = 0;
  #refused = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  readonly #current: () => { readonly current: number; readonly upgraded: number };

  /** @param current the open connections of this process */
  constructor(current: () => { readonly current: number; readonly upgraded: number }) {
    this.#current = current;
    this.#delay.enable();
    this.#subscription = subscribe({
      'windhover:connection:accepted': () => void this.#connections.accepted++,
      'windhover:connection:rejected': () => void this.#connections.rejected++,
      'windhover:tls:refused': () => void this.#connections.refusedHandshakes++,
      'windhover:request:refused': () => void this.#refused++,
      'windhover:request:start': (message) => this.#started(message),
      'windhover:request:end': (message) => this.#ended(message),
    });
  }

  #started(message: RequestMessage): void {
    message[counted] = true;
    this.#active++;
  }

  #ended(message: RequestMessage): void {
    if (message[counted] !== true) return;
    this.#active--;
    const { features, statusCode } = message;
    const hasFailed = statusCode >= 500;
    const bucket = bucketOf(performance.now() - message.startTime);
    this.#all.add(bucket, hasFailed);
    countsOf(this.#routes, routeName(message)).add(bucket, hasFailed);
    const endpoint = features.get(ConnectionEndpointNameFeature)?.endpointName;
    if (endpoint !== undefined) countsOf(this.#endpoints, endpoint).add(bucket, hasFailed);
    const status = `${Math.floor(statusCode / 100)}xx`;
    if (status in this.#statuses) this.#statuses[status]!++;
    if (message.isAborted) this.#aborted++;
    this.#bytesIn += message.requestBodySize;
    this.#bytesOut += message.responseBodySize;
  }

  snapshot(): Snapshot {
    const { user, system } = process.cpuUsage();
    return {
      pid: process.pid,
      time: performance.now(),
      memory: process.memoryUsage.rss(),
      cpu: user + system,
      delay: this.#takeDelay(),
      connections: { ...this.#connections, ...this.#current() },
      requests: {
        ...copied(this.#all),
        active: this.#active,
        aborted: this.#aborted,
        refused: this.#refused,
        bytesIn: this.#bytesIn,
        bytesOut: this.#bytesOut,
        statuses: { ...this.#statuses },
      },
      routes: copiedByName(this.#routes),
      endpoints: copiedByName(this.#endpoints),
    };
  }

  #takeDelay(): Snapshot['delay'] {
    const histogram = this.#delay;
    const delay = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution);
    if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
    const taken = {
      p50: delay(histogram.percentile(50)),
      p99: delay(histogram.percentile(99)),
      max: delay(histogram.max),
    };
    histogram.reset();
    return taken;
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.#delay.disable();
  }
}

/** The template of the route: paths chosen by clients would be an unlimited number of names. */
const routeName = ({ features }: RequestMessage): string => {
  const pattern = features.get(HttpRouteFeature)?.pattern;
  if (pattern === undefined) return 'no route';
  return `${methodName(features.require(HttpRequestFeature).method)} ${pattern}`;
};

/** Unknown methods share one name, because clients could fill the list with invented ones. */
const methodName = (method: string): string => (METHODS.includes(method) ? method : 'other method');

const countsOf = (all: Map<string, Counts>, name: string): Counts => {
  const key = all.has(name) || all.size < mostRoutes ? name : 'other';
  let counts = all.get(key);
  if (counts === undefined) all.set(key, (counts = new Counts()));
  return counts;
};

const copied = ({ count, failed, durations }: Counts): RequestCounts => ({
  count,
  failed,
  durations: [...durations],
});

const copiedByName = (all: Map<string, Counts>): Snapshot['routes'] =>
  Object.fromEntries([...all].map(([name, counts]) => [name, copied(counts)]));
