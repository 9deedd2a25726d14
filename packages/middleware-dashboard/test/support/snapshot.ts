import type { RequestCounts, Snapshot } from '../../src/index.ts';

/** A snapshot of a process that has had these requests, all of one route. */
export const snapshotOf = (pid: number, time: number, requests: RequestCounts): Snapshot => ({
  pid,
  time,
  memory: 100,
  cpu: time * 500,
  delay: { p50: 1, p99: pid, max: pid },
  connections: { current: 2, upgraded: 1, accepted: time, rejected: 0, refusedHandshakes: 0 },
  requests: {
    ...requests,
    active: 1,
    aborted: 0,
    refused: 0,
    bytesIn: 0,
    bytesOut: requests.count * 10,
    statuses: { '2xx': requests.count },
  },
  routes: { 'GET /': requests },
  endpoints: {},
});
