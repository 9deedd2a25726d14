/**
 * The counts of one process since it was first watched. All numbers only increase, except current values. The
 * difference of two snapshots is therefore the activity between them, and snapshots of several processes can be added.
 */
export interface Snapshot {
  readonly pid: number;
  /** Milliseconds of a monotonic clock of this process. */
  readonly time: number;
  /** Bytes, current value. */
  readonly memory: number;
  /** Microseconds of processor time. */
  readonly cpu: number;
  /** Delay of the event loop since the last snapshot, in milliseconds. */
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly connections: {
    /** Current value. */
    readonly current: number;
    /** Current value. */
    readonly upgraded: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly refusedHandshakes: number;
  };
  readonly requests: RequestCounts & {
    /** Current value. */
    readonly active: number;
    readonly aborted: number;
    readonly refused: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
    /** By the first digit of the status: `2xx`. */
    readonly statuses: Readonly<Record<string, number>>;
  };
  /** By method and template, e.g. `GET /users/:id`. */
  readonly routes: Readonly<Record<string, RequestCounts>>;
  /** By name of the endpoint. */
  readonly endpoints: Readonly<Record<string, RequestCounts>>;
}

/** Requests of one kind. */
export interface RequestCounts {
  readonly count: number;
  /** Answered with a status from 500 on. */
  readonly failed: number;
  /** Requests by their duration, see `bucketOf`. */
  readonly durations: readonly number[];
}

/** The activity in the last interval, over all processes. The page and `windhover top` show it. */
export interface LiveView {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Milliseconds over which rates are computed. */
  readonly interval: number;
  readonly processes: readonly ProcessView[];
  readonly connections: {
    readonly current: number;
    readonly upgraded: number;
    readonly acceptedPerSecond: number;
    readonly rejectedPerSecond: number;
    readonly refusedHandshakesPerSecond: number;
  };
  readonly requests: RateView & {
    /** Requests since the view began, including those of processes that have ended. It never decreases. */
    readonly total: number;
    readonly active: number;
    readonly abortedPerSecond: number;
    readonly refusedPerSecond: number;
    readonly bytesInPerSecond: number;
    readonly bytesOutPerSecond: number;
    readonly statuses: Readonly<Record<string, number>>;
  };
  /** The worst value of all processes, in milliseconds. */
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Sum of all processes, in bytes. */
  readonly memory: number;
  /** Number of busy cores. */
  readonly cpu: number;
  /** The busiest routes first. */
  readonly routes: readonly (RateView & { readonly name: string })[];
  readonly endpoints: readonly (RateView & { readonly name: string })[];
}

/** Requests of one kind, in the last interval. Durations in milliseconds, 0 without a request. */
export interface RateView {
  readonly perSecond: number;
  readonly failedPerSecond: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** One process. */
export interface ProcessView {
  readonly pid: number;
  readonly perSecond: number;
  readonly connections: number;
  readonly memory: number;
  readonly cpu: number;
  readonly delay: number;
}

// Durations

/** Each bucket is a fifth longer than the one before it; the first ends at 0.05 ms, and the last has no end. */
const growth = 1.2;
const first = 0.05;
/** About 26 minutes. */
export const bucketCount = 96;
const logGrowth = Math.log(growth);

/** The bucket of a duration in milliseconds. */
export const bucketOf = (milliseconds: number): number => {
  if (milliseconds <= first) return 0;
  return Math.min(Math.ceil(Math.log(milliseconds / first) / logGrowth), bucketCount - 1);
};

/**
 * The duration in milliseconds that this share of the requests did not exceed; at most a fifth too long. 0 without
 * requests.
 */
export const percentileOf = (durations: readonly number[], share: number): number => {
  const total = durations.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  let left = Math.ceil(total * share);
  const bucket = durations.findIndex((count) => (left -= count) <= 0);
  return first * growth ** bucket;
};

// Differences

const noRequests: RequestCounts = { count: 0, failed: 0, durations: [] };

const sinceCounts = (now: RequestCounts, before: RequestCounts = noRequests): RequestCounts => ({
  count: now.count - before.count,
  failed: now.failed - before.failed,
  durations: now.durations.map((count, at) => count - (before.durations[at] ?? 0)),
});

const addCounts = (one: RequestCounts, other: RequestCounts = noRequests): RequestCounts => ({
  count: one.count + other.count,
  failed: one.failed + other.failed,
  durations: Array.from({ length: bucketCount }, (_, at) => (one.durations[at] ?? 0) + (other.durations[at] ?? 0)),
});

/** Two snapshots of one process. */
export interface SnapshotPair {
  readonly before: Snapshot;
  readonly now: Snapshot;
}

/** Maximum number of routes in a view. */
const mostRoutes = 12;

/**
 * Computes the view from two snapshots of each process.
 *
 * @param time milliseconds since 1970
 * @param total requests since the view began
 */
export const viewOf = (pairs: readonly SnapshotPair[], time: number, total: number): LiveView => {
  const interval = Math.max(1, ...pairs.map(({ before, now }) => now.time - before.time));
  const perSecond = (value: number): number => (value * 1000) / interval;
  const grown = (read: (snapshot: Snapshot) => number): number =>
    perSecond(pairs.reduce((sum, { before, now }) => sum + read(now) - read(before), 0));
  const summed = (read: (snapshot: Snapshot) => number): number => pairs.reduce((sum, { now }) => sum + read(now), 0);
  const worst = (read: (snapshot: Snapshot) => number): number => Math.max(0, ...pairs.map(({ now }) => read(now)));
  const rates = (counts: RequestCounts): RateView => ({
    perSecond: perSecond(counts.count),
    failedPerSecond: perSecond(counts.failed),
    p50: percentileOf(counts.durations, 0.5),
    p90: percentileOf(counts.durations, 0.9),
    p99: percentileOf(counts.durations, 0.99),
  });
  const named = (read: (snapshot: Snapshot) => Snapshot['routes']): LiveView['routes'] =>
    Object.entries(sumByName(pairs, read))
      .map(([name, counts]) => ({ name, ...rates(counts) }))
      .toSorted((a, b) => b.perSecond - a.perSecond || (a.name < b.name ? -1 : 1))
      .slice(0, mostRoutes);
  const all = pairs.map(({ now, before }) => sinceCounts(now.requests, before.requests));
  return {
    time,
    interval,
    processes: pairs.map((pair) => processView(pair)).toSorted((a, b) => a.pid - b.pid),
    connections: {
      current: summed(({ connections }) => connections.current),
      upgraded: summed(({ connections }) => connections.upgraded),
      acceptedPerSecond: grown(({ connections }) => connections.accepted),
      rejectedPerSecond: grown(({ connections }) => connections.rejected),
      refusedHandshakesPerSecond: grown(({ connections }) => connections.refusedHandshakes),
    },
    requests: {
      ...rates(all.reduce((sum, counts) => addCounts(sum, counts), noRequests)),
      total,
      active: summed(({ requests }) => requests.active),
      abortedPerSecond: grown(({ requests }) => requests.aborted),
      refusedPerSecond: grown(({ requests }) => requests.refused),
      bytesInPerSecond: grown(({ requests }) => requests.bytesIn),
      bytesOutPerSecond: grown(({ requests }) => requests.bytesOut),
      statuses: Object.fromEntries(
        ['1xx', '2xx', '3xx', '4xx', '5xx'].map((name) => [
          name,
          grown(({ requests }) => requests.statuses[name] ?? 0),
        ]),
      ),
    },
    delay: {
      p50: worst(({ delay }) => delay.p50),
      p99: worst(({ delay }) => delay.p99),
      max: worst(({ delay }) => delay.max),
    },
    memory: summed(({ memory }) => memory),
    cpu: grown(({ cpu }) => cpu) / 1e6,
    routes: named(({ routes }) => routes),
    endpoints: named(({ endpoints }) => endpoints),
  };
};

const sumByName = (
  pairs: readonly SnapshotPair[],
  read: (snapshot: Snapshot) => Snapshot['routes'],
): Record<string, RequestCounts> => {
  const sums: Record<string, RequestCounts> = Object.create(null) as Record<string, RequestCounts>;
  for (const { before, now } of pairs) {
    for (const [name, counts] of Object.entries(read(now))) {
      sums[name] = addCounts(sinceCounts(counts, read(before)[name]), sums[name]);
    }
  }
  return sums;
};

const processView = ({ before, now }: SnapshotPair): ProcessView => {
  const seconds = Math.max(now.time - before.time, 1) / 1000;
  return {
    pid: now.pid,
    perSecond: (now.requests.count - before.requests.count) / seconds,
    connections: now.connections.current,
    memory: now.memory,
    cpu: (now.cpu - before.cpu) / 1e6 / seconds,
    delay: now.delay.p99,
  };
};
