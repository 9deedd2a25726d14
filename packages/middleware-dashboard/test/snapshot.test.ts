import { describe, expect, it } from 'vitest';
import { type RequestCounts, bucketCount, bucketOf, percentileOf, viewOf } from '../src/snapshot.ts';
import { snapshotOf } from './support/snapshot.ts';

const counts = (...durations: number[]): RequestCounts => {
  const buckets = Array.from({ length: bucketCount }, () => 0);
  for (const duration of durations) buckets[bucketOf(duration)]!++;
  return { count: durations.length, failed: 0, durations: buckets };
};

describe('percentiles', () => {
  it.each([0.01, 0.05, 0.4, 1, 7, 99, 1000, 60_000])('a duration of %d ms is at most a fifth too long', (duration) => {
    const { durations } = counts(duration);
    expect(percentileOf(durations, 0.5)).toBeGreaterThanOrEqual(duration * 0.9999);
    expect(percentileOf(durations, 0.5)).toBeLessThanOrEqual(Math.max(duration * 1.2001, 0.05));
  });

  it('without requests: 0', () => {
    expect(percentileOf(counts().durations, 0.99)).toBe(0);
  });

  it('99 of 100 are below p99', () => {
    const { durations } = counts(...Array.from({ length: 99 }, () => 1), 500);
    expect([
      percentileOf(durations, 0.5) < 1.3,
      percentileOf(durations, 0.99) < 1.3,
      percentileOf(durations, 1) > 400,
    ]).toEqual([true, true, true]);
  });
});

describe('viewOf', () => {
  it('rates are differences by second, and processes are added', () => {
    const view = viewOf(
      [1, 2].map((pid) => ({ before: snapshotOf(pid, 1000, counts(1)), now: snapshotOf(pid, 3000, counts(1, 1, 1)) })),
      0,
      4,
    );
    expect(view).toMatchObject({
      interval: 2000,
      memory: 200,
      cpu: 1,
      delay: { p99: 2 },
      connections: { current: 4, upgraded: 2, acceptedPerSecond: 2000 },
      requests: { total: 4, perSecond: 2, active: 2, bytesOutPerSecond: 20, statuses: { '2xx': 2, '5xx': 0 } },
      routes: [{ name: 'GET /', perSecond: 2 }],
      processes: [
        { pid: 1, perSecond: 1 },
        { pid: 2, perSecond: 1 },
      ],
    });
  });
});
