import { Buffer } from 'node:buffer';
import { resolveOptions } from '@windhover/http';
import { checkInteger } from './errors.ts';
import type { RateLimitDecision, RateLimitState, RateLimitStore } from './rate-limiter.ts';

/** Options of `MemoryRateLimitStore`. */
export interface ResolvedMemoryRateLimitStoreOptions {
  /** Maximum number of clients. Above it, the clients without requests for the longest time are forgotten. */
  readonly maxKeys: number;
}

/** The options as the caller passes them: all are optional. See `ResolvedMemoryRateLimitStoreOptions` for their meaning. */
export type MemoryRateLimitStoreOptions = Partial<ResolvedMemoryRateLimitStoreOptions>;

export const memoryRateLimitStoreDefaults: ResolvedMemoryRateLimitStoreOptions = {
  maxKeys: 100_000, // about 20 MB
};

/**
 * Stores the states of clients in the memory of this process, up to a limit. A forgotten client starts again with a
 * full limit; this requires requests from more than `maxKeys` other clients since its last one.
 */
export class MemoryRateLimitStore implements RateLimitStore {
  readonly #entries = new Map<string, Entry>();
  /** Joins the entries to a ring: the next one is the least recently updated, the previous one the most recently. */
  readonly #ring: Entry = new Entry('', []);
  readonly #maxKeys: number;

  /** @throws RateLimitingError `RATE_LIMITING_LIMIT_INVALID` */
  constructor(given: MemoryRateLimitStoreOptions = {}) {
    const { maxKeys } = resolveOptions('MemoryRateLimitStore', memoryRateLimitStoreDefaults, given);
    checkInteger('RATE_LIMITING_LIMIT_INVALID', maxKeys, 1);
    this.#maxKeys = maxKeys;
  }

  /** Number of stored clients. */
  get size(): number {
    return this.#entries.size;
  }

  update(
    key: string,
    _lifetime: number,
    change: (state: RateLimitState | undefined) => {
      readonly state: RateLimitState;
      readonly decision: RateLimitDecision;
    },
  ): RateLimitDecision {
    const known = this.#entries.get(key);
    const { state, decision } = change(known?.state);
    const entry = known ?? this.#add(key, state);
    entry.state = state;
    entry.moveBefore(this.#ring);
    return decision;
  }

  #add(key: string, state: RateLimitState): Entry {
    if (this.#entries.size >= this.#maxKeys) {
      const { next } = this.#ring;
      next.leave();
      this.#entries.delete(next.key);
    }
    const entry = new Entry(detached(key), state);
    this.#entries.set(entry.key, entry);
    return entry;
  }
}

/**
 * A copy of a key. Until version 24, a string that was cut out of a longer one keeps all of it in memory: with a key from
 * a cookie, each client could occupy the size of a head.
 */
const detached = (key: string): string => Buffer.from(key, 'utf16le').toString('utf16le');

/**
 * The state of one client, and its neighbours in the order of updates. A map has an order, too, but finding its first
 * entry steps over all entries that were removed before it, up to half of the map for each new client.
 */
class Entry {
  readonly key: string;
  state: RateLimitState;
  next: Entry = this;
  #previous: Entry = this;

  constructor(key: string, state: RateLimitState) {
    this.key = key;
    this.state = state;
  }

  leave(): void {
    this.#previous.next = this.next;
    this.next.#previous = this.#previous;
  }

  moveBefore(other: Entry): void {
    this.leave();
    this.next = other;
    this.#previous = other.#previous;
    this.#previous.next = this;
    other.#previous = this;
  }
}
