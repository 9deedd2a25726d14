// Shared by the fuzzers: cutting an input, comparing ways to read it, and the loop.
import { random } from '../test-support/random.mjs';

/** A violated rule. */
export class Violation extends Error {}

/** @returns pieces of the bytes, each in its own memory, as a socket delivers them */
export const cut = (bytes, places) => {
  const all = [0, ...places, bytes.length];
  return all.slice(1).map((place, index) => Buffer.from(bytes.subarray(all[index], place)));
};

/** Every place where bytes can be cut. */
export const everywhere = ({ length }) => Array.from({ length: Math.max(0, length - 1) }, (_, index) => index + 1);

/**
 * Reads an input in several ways.
 *
 * @param ways functions by name; the others are compared with `whole`
 * @returns the difference; `undefined` if all results are equal
 */
export const firstDifference = ({ whole: readWhole, ...ways }) => {
  try {
    const whole = readWhole();
    for (const [name, read] of Object.entries(ways)) {
      const other = read();
      if (other !== whole) return `${name}, it is ${other}; whole, it is ${whole}`;
    }
    return undefined;
  } catch (error) {
    return error instanceof Violation ? error.message : String(error?.stack ?? error);
  }
};

/**
 * Runs until the time is up, the number of inputs is reached, or a violation is found.
 *
 * @param subject `make` creates an input, `check` returns the violation of a result
 */
export const fuzz = ({ seed, seconds = Infinity, inputs = Infinity }, { make, limitSets, check }) => {
  const source = random(seed);
  const end = performance.now() + seconds * 1000;
  let runs = 0;
  do {
    const input = make(source);
    const limits = source.pick(limitSets);
    const places = Array.from({ length: source.below(6) }, () => source.below(input.length + 1)).sort((a, b) => a - b);
    const what = check(limits, input, places);
    runs++;
    if (what !== undefined) return { runs, failure: { what, limits, input, places } };
  } while (runs < inputs && performance.now() < end);
  return { runs };
};
