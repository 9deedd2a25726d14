/** A source of pseudo-random numbers, reproducible by its seed. */
export interface RandomSource {
  /** A number of at least 0 and below 1. */
  next(): number;
  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
}

export function random(seed: number): RandomSource;
