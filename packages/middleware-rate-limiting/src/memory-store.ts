import { checkInteger } from './errors.ts';
import type { RateLimitDecision, RateLimitState, RateLimitStore } from './rate-limiter.ts';

/** Options of `MemoryRateLimitStore`. */
export interface MemoryRateLimitStoreOptions {
  /** Maximum number of clients. Above it, the clients without requests for the longest time are forgotten. */
  readonly maxKeys: number;
}

export const memoryRateLimitStoreDefaults: MemoryRateLimitStoreOptions = {
  maxKeys: 100_000, // about 20 MB
};

/**
 * Stores the states of clients in the memory of this process, up to a limit. A forgotten client starts again with a
 * full limit; this requires requests from more than `maxKeys` other clients since its last one.
 */
export class MemoryRateLimitStore implements RateLimitStore {
  /** In the order of the last update. */
  readonly #states = new Map<string, RateLimitState>();
  readonly #maxKeys: number;

  /** @throws RateLimitingError `RATE_LIMITING_LIMIT_INVALID` */
  constructor(given: Partial<MemoryRateLimitStoreOptions> = {}) {
    const { maxKeys } = { ...memoryRateLimitStoreDefaults, ...given };
    checkInteger('RATE_LIMITING_LIMIT_INVALID', maxKeys, 1);
    this.#maxKeys = maxKeys;
  }

  /** Number of stored clients. */
  get size(): number {
    return this.#states.size;
  }

  update(
    key: string,
    _lifetime: number,
    change: (state: RateLimitState | undefined) => {
      readonly state: RateLimitState;
      readonly decision: RateLimitDecision;
    },
  ): RateLimitDecision {
    const { state, decision } = change(this.#states.get(key));
    this.#states.delete(key);
    if (this.#states.size >= this.#maxKeys) this.#states.delete(this.#states.keys().next().value!);
    this.#states.set(key, state);
    return decision;
  }
}
