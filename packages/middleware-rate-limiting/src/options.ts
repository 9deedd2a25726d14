import { type HttpContext, resolveOptions } from '@windhover/http';
import { clientKey } from './client-key.ts';
import { RateLimitingError, checkInteger } from './errors.ts';
import type { RateLimitDecision, RateLimitStore, RateLimiter } from './rate-limiter.ts';

/** Identifies the client of a request: all requests with the same key share one limit. `undefined` for no limit. */
export type RateLimitKey = (context: HttpContext) => string | undefined;

/**
 * Options of `rateLimiting`.
 *
 * Source: ASP.NET Core `RateLimiterOptions`
 */
export interface ResolvedRateLimitingOptions {
  /** `tokenBucket(…)`, `fixedWindow(…)`, `slidingWindow(…)` or a custom limiter. */
  readonly limiter: RateLimiter;
  /** Default `clientKey`: the address of the client. */
  readonly key: RateLimitKey;
  /** Status of a rejection. ASP.NET Core's default is 503, which would blame the server. */
  readonly statusCode: number;
  /** Name of the policy in the RateLimit fields. */
  readonly name: string;
  /** Whether responses have RateLimit and RateLimit-Policy. */
  readonly fields: boolean;
  /** Called with each rejected request before it is answered; may send another response. */
  readonly onRejected: (context: HttpContext, decision: RateLimitDecision) => void | Promise<void>;
  /** Default: a `MemoryRateLimitStore` for this middleware. */
  readonly store: RateLimitStore | undefined;
  /** Current time in milliseconds; for a store shared by several machines, the time of day. */
  readonly now: () => number;
}

/** Options as passed by the caller: `limiter` is required. */
export type RateLimitingOptions = Pick<ResolvedRateLimitingOptions, 'limiter'> & Partial<ResolvedRateLimitingOptions>;

export const rateLimitingDefaults: Omit<ResolvedRateLimitingOptions, 'limiter'> = {
  key: clientKey,
  statusCode: 429, // RFC 6585 section 4; ASP.NET Core RejectionStatusCode is 503
  name: 'default',
  fields: true,
  onRejected: () => undefined,
  store: undefined,
  now: () => Date.now(),
};

/**
 * Options of `concurrencyLimiting`.
 *
 * Source: .NET `ConcurrencyLimiterOptions`
 */
export interface ResolvedConcurrencyLimitingOptions {
  /** Maximum number of concurrent requests per key. */
  readonly limit: number;
  /** Maximum number of waiting requests per key, served in order. Further ones are rejected. */
  readonly queueLimit: number;
  /** By default all requests share one limit. */
  readonly key: RateLimitKey;
  /** Status of a rejection. */
  readonly statusCode: number;
  /** Seconds in the Retry-After field of a rejection. */
  readonly retryAfter: number;
  /** Called with each rejected request before it is answered; may send another response. */
  readonly onRejected: (context: HttpContext) => void | Promise<void>;
}

/** Options as passed by the caller: `limit` is required. */
export type ConcurrencyLimitingOptions = Pick<ResolvedConcurrencyLimitingOptions, 'limit'> &
  Partial<ResolvedConcurrencyLimitingOptions>;

export const concurrencyLimitingDefaults: Omit<ResolvedConcurrencyLimitingOptions, 'limit'> = {
  queueLimit: 0, // as ASP.NET Core QueueLimit
  key: () => '',
  statusCode: 503, // as ASP.NET Core RejectionStatusCode
  retryAfter: 1, // seconds
  onRejected: () => undefined,
};

/** Characters of a string in a structured field (RFC 9651 section 3.3.3) that need no escape. */
const policyName = /^[ !#-[\]-~]+$/;

/** @throws RateLimitingError `RATE_LIMITING_NAME_INVALID`, `RATE_LIMITING_STATUS_INVALID` */
export const resolveRateLimitingOptions = (given: RateLimitingOptions): ResolvedRateLimitingOptions => {
  const options = resolveOptions('rateLimiting', rateLimitingDefaults, given, {
    kinds: { limiter: 'object' },
    required: ['limiter'],
  });
  if (!policyName.test(options.name)) throw new RateLimitingError('RATE_LIMITING_NAME_INVALID', options.name);
  checkStatus(options.statusCode);
  return options;
};

/**
 * @throws RateLimitingError `RATE_LIMITING_LIMIT_INVALID`, `RATE_LIMITING_QUEUE_INVALID`, `RATE_LIMITING_RETRY_INVALID`,
 *   `RATE_LIMITING_STATUS_INVALID`
 */
export const resolveConcurrencyLimitingOptions = (
  given: ConcurrencyLimitingOptions,
): ResolvedConcurrencyLimitingOptions => {
  const options = resolveOptions('concurrencyLimiting', concurrencyLimitingDefaults, given, {
    kinds: { limit: 'any' },
    required: ['limit'],
  });
  checkInteger('RATE_LIMITING_LIMIT_INVALID', options.limit, 1);
  checkInteger('RATE_LIMITING_QUEUE_INVALID', options.queueLimit, 0);
  checkInteger('RATE_LIMITING_RETRY_INVALID', options.retryAfter, 0);
  checkStatus(options.statusCode);
  return options;
};

const checkStatus = (statusCode: number): void => checkInteger('RATE_LIMITING_STATUS_INVALID', statusCode, 400, 599);
