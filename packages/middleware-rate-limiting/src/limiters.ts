import { resolveOptions } from '@windhover/http';
import { RateLimitingError, checkInteger } from './errors.ts';
import type { RateLimitState, RateLimiter } from './rate-limiter.ts';

/** The options of every limiter. `checkRule` checks their ranges. */
const rules = { kinds: { limit: 'any', period: 'any' }, required: ['limit', 'period'] } as const;

/**
 * A bucket of `limit` tokens that refills evenly within `period`; each request takes one token. Allows bursts of
 * `limit` requests, and on average `limit` requests per `period`.
 *
 * @param options `limit` in requests, `period` in milliseconds
 * @throws TypeError for unknown and missing options
 * @throws RateLimitingError `RATE_LIMITING_LIMIT_INVALID`, `RATE_LIMITING_PERIOD_INVALID`
 * Source: .NET `TokenBucketRateLimiter`
 */
export const tokenBucket = (options: { readonly limit: number; readonly period: number }): RateLimiter => {
  const { limit, period } = resolveOptions('tokenBucket', {}, options, rules);
  checkRule(limit, period);
  const perMillisecond = limit / period;
  return {
    limit,
    period,
    take(state, now) {
      const [kept = limit, last = now] = state ?? [];
      const since = isBehind(now, last, period) ? last : now;
      const filled = Math.min(limit, kept + Math.max(0, now - last) * perMillisecond);
      const isAllowed = filled >= 1;
      const tokens = isAllowed ? filled - 1 : filled;
      return {
        state: [tokens, since],
        decision: {
          isAllowed,
          remaining: Math.floor(tokens),
          resetAfter: (limit - tokens) / perMillisecond,
          retryAfter: tokens >= 1 ? 0 : (1 - tokens) / perMillisecond,
        },
      };
    },
  };
};

/**
 * Allows `limit` requests in each window of `period` milliseconds, which begins with a client's first request. Up to
 * twice as many can pass in a short time around the end of a window.
 *
 * @throws TypeError for unknown and missing options
 * @throws RateLimitingError `RATE_LIMITING_LIMIT_INVALID`, `RATE_LIMITING_PERIOD_INVALID`
 * Source: .NET `FixedWindowRateLimiter`
 */
export const fixedWindow = (options: { readonly limit: number; readonly period: number }): RateLimiter => {
  const { limit, period } = resolveOptions('fixedWindow', {}, options, rules);
  checkRule(limit, period);
  return {
    limit,
    period,
    take(state, now) {
      const [start = now, count = 0] = isWithin(state?.[0], now, period) ? state! : [];
      const isAllowed = count < limit;
      const taken = isAllowed ? count + 1 : count;
      const resetAfter = start + period - now;
      const remaining = limit - taken;
      return {
        state: [start, taken],
        decision: { isAllowed, remaining, resetAfter, retryAfter: remaining > 0 ? 0 : resetAfter },
      };
    },
  };
};

/** Whether the window is current, or begins in the future of a clock that is behind. */
const isWithin = (start: number | undefined, now: number, period: number): boolean =>
  start !== undefined && Math.abs(now - start) < period;

/**
 * Whether a clock is behind the one of the state, which then stays as it is: the clocks of processes that share a store
 * differ, and forgetting counts would let more requests pass. By a period and more the clock was set back, and the state
 * is out of date.
 */
const isBehind = (now: number, last: number, period: number): boolean => now < last && last - now < period;

/**
 * Allows `limit` requests in every `period` milliseconds, counted in segments: requests of a segment count for one
 * period. More segments are smoother and take more memory: one number each per client.
 *
 * @param options `segments` 1 to 60, default 10
 * @throws TypeError for unknown and missing options
 * @throws RateLimitingError `RATE_LIMITING_LIMIT_INVALID`, `RATE_LIMITING_PERIOD_INVALID`,
 *   `RATE_LIMITING_SEGMENTS_INVALID`
 * Source: .NET `SlidingWindowRateLimiter`
 */
export const slidingWindow = (options: {
  readonly limit: number;
  readonly period: number;
  readonly segments?: number;
}): RateLimiter => {
  const { limit, period, segments } = resolveOptions('slidingWindow', { segments: 10 }, options, rules);
  checkRule(limit, period);
  checkInteger('RATE_LIMITING_SEGMENTS_INVALID', segments, 1, 60);
  const length = period / segments;
  return {
    limit,
    period,
    take(state, now) {
      const current = Math.floor(now / length);
      const [last = current] = state ?? [];
      const segment = isBehind(current, last, segments) ? last : current;
      const counts = shifted(state, segment, segments);
      const used = counts.reduce((sum, count) => sum + count, 0);
      const isAllowed = used < limit;
      if (isAllowed) counts[0]! += 1;
      const remaining = limit - used - (isAllowed ? 1 : 0);
      const freeAfter = (index: number): number => (segment - index + segments) * length - now;
      return {
        state: [segment, ...counts],
        decision: {
          isAllowed,
          remaining,
          resetAfter: freeAfter(counts.findIndex((count) => count > 0)),
          retryAfter: remaining > 0 ? 0 : freeAfter(counts.findLastIndex((count) => count > 0)),
        },
      };
    },
  };
};

/** Counts of the segments, the current one first. */
const shifted = (state: RateLimitState | undefined, segment: number, segments: number): number[] => {
  const [last = segment, ...counts] = state ?? [];
  const moved = segment - last;
  const kept = moved < 0 ? [] : counts;
  return Array.from({ length: segments }, (_, index) => kept[index - moved] ?? 0);
};

const checkRule = (limit: number, period: number): void => {
  checkInteger('RATE_LIMITING_LIMIT_INVALID', limit, 1);
  if (!(Number.isFinite(period) && period > 0)) throw new RateLimitingError('RATE_LIMITING_PERIOD_INVALID', period);
};
