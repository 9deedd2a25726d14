/** State of one client in a limiter: a few numbers, which any store can keep as JSON. */
export type RateLimitState = readonly number[];

/** Whether a request may pass, and the state of its client after it. */
export interface RateLimitDecision {
  readonly isAllowed: boolean;
  /** Requests that may pass now. */
  readonly remaining: number;
  /** Milliseconds until the whole limit is available again. */
  readonly resetAfter: number;
  /** Milliseconds until the next request may pass; 0 if one may pass now. */
  readonly retryAfter: number;
}

/**
 * A rule about the number of requests of one client. It has no state and no clock: `take` computes the next state.
 *
 * Source: .NET `System.Threading.RateLimiting.RateLimiter`
 */
export interface RateLimiter {
  /** Requests, as in `RateLimit-Policy`. */
  readonly limit: number;
  /** Milliseconds in which `limit` requests may pass. */
  readonly period: number;
  /**
   * Counts a request.
   *
   * @param state `undefined` for an unknown client
   * @param now milliseconds; may be less than in the previous call: the clocks of processes that share a store differ, and
   *   a clock may be set back
   */
  take(
    state: RateLimitState | undefined,
    now: number,
  ): { readonly state: RateLimitState; readonly decision: RateLimitDecision };
}

/** Stores the states of clients, e.g. for several processes. `update` must be atomic per key. */
export interface RateLimitStore {
  /**
   * Replaces the state of a key.
   *
   * @param key at most 256 characters
   * @param lifetime milliseconds after which the state need not be kept
   * @param change computes the next state, and a decision that `update` returns; may be called again if the store retries
   */
  update(
    key: string,
    lifetime: number,
    change: (state: RateLimitState | undefined) => {
      readonly state: RateLimitState;
      readonly decision: RateLimitDecision;
    },
  ): RateLimitDecision | Promise<RateLimitDecision>;
}
