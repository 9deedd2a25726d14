import type { RandomSource } from '../test-support/random.mjs';

/** Well-formed requests that are mutated. */
export const seeds: readonly string[];

/** Tokens with a meaning in HTTP/1.1. */
export const dictionary: readonly string[];

/** One or several requests with up to six changes; a character is a byte. */
export function makeInput(source: RandomSource): string;
