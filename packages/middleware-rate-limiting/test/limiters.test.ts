import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { usedMemory } from '../../../tools/test-support/used-memory.ts';
import {
  MemoryRateLimitStore,
  type RateLimitDecision,
  type RateLimitState,
  type RateLimiter,
  fixedWindow,
  slidingWindow,
  tokenBucket,
} from '../src/index.ts';

/** Decisions for requests of one client at these times, in milliseconds. */
const decisions = (limiter: RateLimiter, times: readonly number[]): RateLimitDecision[] => {
  let state: RateLimitState | undefined;
  return times.map((now) => {
    const taken = limiter.take(state, now);
    state = JSON.parse(JSON.stringify(taken.state)) as RateLimitState;
    return taken.decision;
  });
};

const allowed = (limiter: RateLimiter, times: readonly number[]): string =>
  decisions(limiter, times)
    .map(({ isAllowed }) => (isAllowed ? '+' : '-'))
    .join('');

describe('the token bucket', () => {
  it.each<[limit: number, period: number, times: number[], outcome: string]>([
    [2, 1000, [0, 0, 0], '++-'],
    [2, 1000, [0, 0, 499, 500], '++-+'],
    [2, 1000, [0, 0, 500, 500, 1000, 1000], '+++-+-'],
    [2, 1000, [0, 0, 5000, 5000, 5000], '++++-'],
    [1, 1000, [0, 999, 1000], '+-+'],
  ])('%i in %i ms, requests at %j: %s', (limit, period, times, outcome) => {
    expect(allowed(tokenBucket({ limit, period }), times)).toBe(outcome);
  });

  it('returns the remaining requests, and when the next request may pass', () => {
    const [first, second, third] = decisions(tokenBucket({ limit: 2, period: 1000 }), [0, 0, 100]);
    expect(first).toEqual({ isAllowed: true, remaining: 1, resetAfter: 500, retryAfter: 0 });
    expect(second).toEqual({ isAllowed: true, remaining: 0, resetAfter: 1000, retryAfter: 500 });
    expect(third).toMatchObject({ isAllowed: false, remaining: 0, retryAfter: 400 });
  });

  it('a clock that is set back delays no client by more than the period', () => {
    expect(allowed(tokenBucket({ limit: 1, period: 1000 }), [1e9, 0, 1000])).toBe('+-+');
  });
});

describe('the fixed window', () => {
  it.each<[times: number[], outcome: string]>([
    [[0, 1, 2, 999, 1000, 1001, 1002], '++--++-'],
    [[500, 1499, 1499, 1500], '++-+'],
    [[1e9, 1e9, 0, 0, 0], '++++-'],
  ])('2 in 1000 ms, requests at %j: %s', (times, outcome) => {
    expect(allowed(fixedWindow({ limit: 2, period: 1000 }), times)).toBe(outcome);
  });

  it('returns the remaining requests, and when the window ends', () => {
    const [first, second] = decisions(fixedWindow({ limit: 2, period: 1000 }), [0, 400]);
    expect(first).toEqual({ isAllowed: true, remaining: 1, resetAfter: 1000, retryAfter: 0 });
    expect(second).toEqual({ isAllowed: true, remaining: 0, resetAfter: 600, retryAfter: 600 });
  });
});

describe('the sliding window', () => {
  it.each<[times: number[], outcome: string]>([
    [[0, 0, 0, 999, 1000, 1000], '++--++'],
    [[0, 500, 999, 1000, 1001, 1500], '++-+-+'],
    [[0, 900, 1000, 1001, 1899, 1900], '+++--+'],
    [[0, 0, 5000, 5000, 5000], '++++-'],
    [[1e9, 1e9, 0, 0, 0], '++++-'],
  ])('2 in 1000 ms in 10 segments, requests at %j: %s', (times, outcome) => {
    expect(allowed(slidingWindow({ limit: 2, period: 1000 }), times)).toBe(outcome);
  });

  it('never lets more than the limit pass in a period that begins with a segment', () => {
    const limiter = slidingWindow({ limit: 5, period: 1000, segments: 4 });
    const times = Array.from({ length: 400 }, (_, index) => index * 10);
    const passed = times.filter((_, index) => allowed(limiter, times)[index] === '+');
    for (let start = 0; start < 3000; start += 250) {
      expect(passed.filter((time) => time >= start && time < start + 1000).length).toBeLessThanOrEqual(5);
    }
  });

  it('returns the remaining requests, and when the first request no longer counts', () => {
    const [, second] = decisions(slidingWindow({ limit: 2, period: 1000 }), [50, 350]);
    expect(second).toEqual({ isAllowed: true, remaining: 0, resetAfter: 950, retryAfter: 650 });
  });
});

describe('processes that share a store, whose clocks differ', () => {
  it.each<[rule: string, limiter: RateLimiter]>([
    ['the token bucket', tokenBucket({ limit: 2, period: 1000 })],
    ['the fixed window', fixedWindow({ limit: 2, period: 1000 })],
    ['the sliding window', slidingWindow({ limit: 2, period: 1000 })],
  ])('%s: alternate requests pass no more often than those of one process', (_rule, limiter) => {
    const times = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 10_000 : 9950));
    expect(allowed(limiter, times)).toBe(`++${'-'.repeat(38)}`);
  });
});

describe('invalid rules', () => {
  it.each<[given: unknown, message: RegExp]>([
    [undefined, /needs the option "limit"; received undefined/],
    [{ limit: 1 }, /needs the option "period"; received undefined/],
    [{ limit: 1, windowMs: 1000 }, /has no option "windowMs"; its options are limit, period/],
    [5, /must be an object; received the number 5/],
  ])('%j: TypeError', (given, message) => {
    for (const rule of [tokenBucket, fixedWindow, slidingWindow]) expect(() => rule(given as never)).toThrow(message);
  });

  it.each([0, -1, 1.5, Infinity])('limit %d: RATE_LIMITING_LIMIT_INVALID', (limit) => {
    for (const rule of [tokenBucket, fixedWindow, slidingWindow]) {
      expect(() => rule({ limit, period: 1 })).toThrow(
        expect.objectContaining({ code: 'RATE_LIMITING_LIMIT_INVALID' }),
      );
    }
  });

  it.each([0, -1, Number.NaN, Infinity])('period %d: RATE_LIMITING_PERIOD_INVALID', (period) => {
    expect(() => tokenBucket({ limit: 1, period })).toThrow(
      expect.objectContaining({ code: 'RATE_LIMITING_PERIOD_INVALID' }),
    );
  });

  it.each([0, 61, 1.5])('segments %d: RATE_LIMITING_SEGMENTS_INVALID', (segments) => {
    expect(() => slidingWindow({ limit: 1, period: 1, segments })).toThrow(
      expect.objectContaining({ code: 'RATE_LIMITING_SEGMENTS_INVALID' }),
    );
  });
});

describe('the memory store', () => {
  const count = (store: MemoryRateLimitStore, key: string): number =>
    store.update(key, 0, (state) => ({
      state: [(state?.[0] ?? 0) + 1],
      decision: { isAllowed: true, remaining: (state?.[0] ?? 0) + 1, resetAfter: 0, retryAfter: 0 },
    })).remaining;

  it('forgets the client that was quiet for the longest time', () => {
    const store = new MemoryRateLimitStore({ maxKeys: 2 });
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map((key) => count(store, key))).toEqual([1, 1, 2, 1, 3, 1]);
    expect(store.size).toBe(2);
  });

  it('keeps the clients of the last updates, in any order of updates', () => {
    const store = new MemoryRateLimitStore({ maxKeys: 5 });
    /** The clients that the store must know, the one of the last update at the end. */
    let known: string[] = [];
    for (let step = 0; step < 1000; step++) {
      const client = String((step * step * 7) % 11);
      const isKnown = known.includes(client);
      expect(count(store, client) > 1).toBe(isKnown);
      known = [...known.filter((each) => each !== client), client].slice(-5);
    }
  });

  it('is bounded, whatever the number of clients', () => {
    const store = new MemoryRateLimitStore({ maxKeys: 10 });
    for (let client = 0; client < 1000; client++) count(store, String(client));
    expect(store.size).toBe(10);
  });

  it('does not keep the text from which a key was cut out', async () => {
    const store = new MemoryRateLimitStore();
    const head = 256 * 1024;
    const before = usedMemory();
    for (let client = 0; client < 256; client++) {
      const text = Buffer.alloc(head, `session ${client} of some length `).toString('latin1');
      count(store, text.slice(0, 30));
    }
    await until(() => usedMemory() - before < 128 * head);
    expect(store.size).toBe(256);
  });

  it.each(['a', 'ü', '\u20ac', '\ud800', ''])('keeps the key %j exactly', (key) => {
    const store = new MemoryRateLimitStore();
    expect([count(store, key), count(store, key), store.size]).toEqual([1, 2, 1]);
  });

  it('refuses maxKeys 0', () => {
    expect(() => new MemoryRateLimitStore({ maxKeys: 0 })).toThrow(
      expect.objectContaining({ code: 'RATE_LIMITING_LIMIT_INVALID' }),
    );
  });
});
