/** @typedef {{ median: number, min: number, max: number, values: number[] }} Spread */

/** @param {number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1] + upper) / 2;
}

/**
 * @param {number[]} values in the order of the rounds
 * @returns {Spread | undefined} undefined: no values
 */
export function spread(values) {
  if (values.length === 0) return undefined;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), values };
}

/**
 * One ratio for each round in which both were measured, so that disturbances of a whole round cancel out.
 * @param {Map<number, number>} values by round
 * @param {Map<number, number>} baseline by round
 */
export function ratiosByRound(values, baseline) {
  return [...values].flatMap(([round, value]) => {
    const base = baseline.get(round);
    return base === undefined || base === 0 ? [] : [value / base];
  });
}

/**
 * The smallest value that at least this share of the values does not exceed (nearest rank).
 * @param {ArrayLike<number>} sorted ascending, at least one value
 * @param {number} share from 0 to 1
 */
export const percentile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
