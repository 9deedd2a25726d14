/** A source of numbers that look random and are the same for the same seed. */
export interface RandomSource {
  /** A number from 0 up to, and without, 1. */
  next(): number;
  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
}

export function random(seed: number): RandomSource;
