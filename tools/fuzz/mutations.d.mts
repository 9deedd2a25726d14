import type { RandomSource } from '../test-support/random.mjs';

/** Requests from which the inputs start; each is well formed. */
export const seeds: readonly string[];

/** Pieces that mean something to a reader of HTTP/1.1. */
export const dictionary: readonly string[];

/** A request or several, changed in up to six places; a character is a byte. */
export function makeInput(source: RandomSource): string;
