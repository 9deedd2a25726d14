/**
 * A source of pseudo-random numbers, reproducible by its seed (mulberry32).
 *
 * @param {number} seed
 */
export const random = (seed) => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  /** @param {number} limit */
  const below = (limit) => Math.floor(next() * limit);
  return { next, below, pick: (/** @type {readonly any[]} */ list) => list[below(list.length)] };
};
