import { describe, expect, it } from 'vitest';
import { median, percentile, ratiosByRound, spread } from '../lib/figures/statistics.mjs';

describe('median', () => {
  it('odd count: the middle one, whatever the order', () => expect(median([9, 1, 5])).toBe(5));
  it('even count: between the middle two', () => expect(median([4, 1, 2, 9])).toBe(3));
});

describe('percentile', () => {
  const sorted = Array.from({ length: 1000 }, (_, index) => index + 1);

  it.each([
    [0.5, 500],
    [0.99, 990],
    [0.999, 999],
    [0, 1],
    [1, 1000],
  ])('%f of 1 to 1,000: %i', (share, value) => expect(percentile(sorted, share)).toBe(value));
  it('of one value: that one', () => expect(percentile([7], 0.999)).toBe(7));
});

describe('spread', () => {
  it('keeps the values in the order of the rounds', () =>
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, values: [3, 1, 2] }));
  it('no values: undefined', () => expect(spread([])).toBeUndefined());
});

const rounds = (values: [number, number][]) => new Map(values);

describe('ratios by round', () => {
  it('each round is divided by the same round of the baseline', () =>
    expect(
      ratiosByRound(
        rounds([
          [1, 10],
          [2, 40],
        ]),
        rounds([
          [2, 20],
          [1, 10],
        ]),
      ),
    ).toEqual([1, 2]));
  it('a round without a baseline has no ratio', () =>
    expect(
      ratiosByRound(
        rounds([
          [1, 10],
          [2, 40],
        ]),
        rounds([[1, 10]]),
      ),
    ).toEqual([1]));
});
