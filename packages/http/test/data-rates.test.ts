import { describe, expect, it } from 'vitest';
import { ResponseRate } from '../src/exchange/index.ts';

const rate = { bytesPerSecond: 100, gracePeriod: 5000 };

/** The last second in which the client is not too slow. */
const lastSecond = (writes: Readonly<Record<number, number>>): number => {
  const series = new ResponseRate();
  for (let second = 0; second < 1000; second++) {
    if (writes[second] !== undefined) series.written(writes[second]!, second * 1000, rate);
    if (series.tick(second * 1000)) return second - 1;
  }
  return Infinity;
};

describe('ResponseRate: the time for a client to read a series of writes', () => {
  it.each([
    ['the grace period, for few bytes', { 0: 1 }, 6],
    ['the time for the bytes, if that is longer', { 0: 1000 }, 11],
    ['the sum of both, for few bytes and many', { 0: 1, 1: 1000 }, 16],
    ['no other grace period for later writes', { 0: 1000, 10: 1 }, 11],
    ['later writes add their own time', { 0: 1000, 10: 1000 }, 21],
  ])('%s', (_title, writes, last) => {
    expect(lastSecond(writes)).toBe(last);
  });
});
