export { clientKey } from './client-key.ts';
export { concurrencyLimiting } from './concurrency-limiting.ts';
export { RateLimitingError, type RateLimitingErrorCode, rateLimitingErrors } from './errors.ts';
export { fixedWindow, slidingWindow, tokenBucket } from './limiters.ts';
export {
  MemoryRateLimitStore,
  type MemoryRateLimitStoreOptions,
  type ResolvedMemoryRateLimitStoreOptions,
  memoryRateLimitStoreDefaults,
} from './memory-store.ts';
export {
  type ConcurrencyLimitingOptions,
  type RateLimitKey,
  type RateLimitingOptions,
  type ResolvedConcurrencyLimitingOptions,
  type ResolvedRateLimitingOptions,
  concurrencyLimitingDefaults,
  rateLimitingDefaults,
} from './options.ts';
export type { RateLimitDecision, RateLimitState, RateLimitStore, RateLimiter } from './rate-limiter.ts';
export { rateLimiting } from './rate-limiting.ts';
