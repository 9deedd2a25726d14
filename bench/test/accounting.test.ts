import { describe, expect, it } from 'vitest';
import { cpuBetween, ticksFromStat } from '../lib/run/accounting.mjs';

const sampled = (threads: Record<string, number>, ticks: number) => ({
  threads: new Map(Object.entries(threads)),
  ticks,
});

describe('CPU accounting', () => {
  it('sums the run time of all threads, including new ones', () =>
    expect(cpuBetween(sampled({ a: 100, b: 50 }, 1), sampled({ a: 160, b: 50, c: 7 }, 2))).toBe(67));
  it('uses the ticks of the process if a thread has ended', () =>
    expect(cpuBetween(sampled({ a: 100, b: 50 }, 10), sampled({ a: 160 }, 13))).toBe(30_000_000));
  it('finds user and system time after a name with spaces and parentheses', () =>
    expect(ticksFromStat('12 (a) b (c) S 1 12 12 0 -1 4194560 500 0 0 0 120 34 0 0 20 0 1 0 99')).toBe(154));
});
