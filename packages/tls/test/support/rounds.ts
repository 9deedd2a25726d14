import { Buffer } from 'node:buffer';

/** Rounds of key derivation that OpenSSL does in milliseconds. DER has them in three bytes, as those of `withRounds`. */
export const someRounds = 65_537;

/**
 * DER that was made with `someRounds`, with another number in their place. Its password no longer fits: for tests of a
 * limit that applies before the derivation, which would take seconds in OpenSSL as well.
 *
 * @param rounds from 65,536 to 8,388,607
 */
export const withRounds = (der: Uint8Array, rounds: number): Buffer => {
  const [before, after] = [integer(someRounds), integer(rounds)];
  const changed = Buffer.from(der);
  if (!changed.includes(before)) throw new Error(`the DER does not have ${someRounds} rounds`);
  for (let at = changed.indexOf(before); at !== -1; at = changed.indexOf(before, at)) after.copy(changed, at);
  return changed;
};

/** An INTEGER of DER with three bytes. */
const integer = (value: number): Buffer => Buffer.of(2, 3, value >> 16, (value >> 8) & 0xff, value & 0xff);
