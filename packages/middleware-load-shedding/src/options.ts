import { eventLoopDelay } from '@windhover/diagnostics';
import { type HttpContext, resolveOptions } from '@windhover/http';
import { LoadSheddingError } from './errors.ts';

/** The limit for which a request was rejected. */
export type LoadReason = 'event-loop-delay' | 'requests';

/** Options of `loadShedding`. */
export interface ResolvedLoadSheddingOptions {
  /** Maximum delay of the event loop in milliseconds, averaged over half a second; `null` for no limit. */
  readonly maxEventLoopDelay: number | null;
  /** Maximum number of concurrent requests; `null` for no limit. */
  readonly maxRequests: number | null;
  /** Seconds in the Retry-After field of a rejection. */
  readonly retryAfter: number;
  /** Paths that are always served, because a load balancer must not consider a busy process dead. */
  readonly exemptPaths: readonly string[];
  /** Called with each rejected request before it is answered, e.g. to count it; may send another response. */
  readonly onRejected: (context: HttpContext, reason: LoadReason) => void | Promise<void>;
  /** Measures the delay of the event loop in milliseconds. Default `eventLoopDelay` of `@windhover/diagnostics`. */
  readonly delay: () => number;
}

/** The options as the caller passes them: all are optional. See `ResolvedLoadSheddingOptions` for their meaning. */
export type LoadSheddingOptions = Partial<ResolvedLoadSheddingOptions>;

export const loadSheddingDefaults: Omit<ResolvedLoadSheddingOptions, 'delay'> = {
  maxEventLoopDelay: 200, // milliseconds
  maxRequests: null,
  retryAfter: 5, // seconds
  exemptPaths: ['/livez', '/readyz', '/healthz'], // as the paths of @windhover/middleware-health-checks
  onRejected: () => undefined,
};

/** @throws LoadSheddingError */
export const resolveLoadSheddingOptions = (given: LoadSheddingOptions): ResolvedLoadSheddingOptions => {
  const options = {
    ...resolveOptions('loadShedding', loadSheddingDefaults, given, { kinds: { delay: 'function' } }),
    delay: given.delay ?? eventLoopDelay(),
  };
  const { maxEventLoopDelay, maxRequests, retryAfter } = options;
  if (maxEventLoopDelay !== null && !(Number.isFinite(maxEventLoopDelay) && maxEventLoopDelay > 0)) {
    throw new LoadSheddingError('LOAD_SHEDDING_DELAY_INVALID', maxEventLoopDelay);
  }
  if (maxRequests !== null && !(Number.isSafeInteger(maxRequests) && maxRequests >= 1)) {
    throw new LoadSheddingError('LOAD_SHEDDING_REQUESTS_INVALID', maxRequests);
  }
  if (!Number.isSafeInteger(retryAfter) || retryAfter < 0) {
    throw new LoadSheddingError('LOAD_SHEDDING_RETRY_INVALID', retryAfter);
  }
  return options;
};
