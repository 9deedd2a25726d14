import type { Buffer } from 'node:buffer';
import { type RandomSource, random } from '../test-support/random.mjs';

/** A kind of input, and the rules that must hold for each input. */
export interface Fuzzer<Input> {
  /** @returns an input that JSON can represent, for `--replay` */
  make(source: RandomSource): Input;
  /** @returns the violated rule; `undefined` if all rules hold */
  check(input: Input): Promise<string | undefined>;
}

/** When a run ends without a violation: after this time or this number of inputs. */
export interface FuzzBounds {
  readonly seed: number;
  readonly seconds?: number;
  readonly inputs?: number;
}

export interface FuzzResult<Input> {
  readonly runs: number;
  readonly failure?: { readonly what: string; readonly input: Input };
}

/** Checks one input. An error that it throws is a violation, too. */
export const checkInput = async <Input>(fuzzer: Fuzzer<Input>, input: Input): Promise<string | undefined> => {
  try {
    return await fuzzer.check(input);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
};

/** Runs until the time is up, the number of inputs is reached, or a rule is violated. */
export const fuzzInputs = async <Input>(fuzzer: Fuzzer<Input>, bounds: FuzzBounds): Promise<FuzzResult<Input>> => {
  const { seed, seconds = Infinity, inputs = Infinity } = bounds;
  const source = random(seed);
  const end = performance.now() + seconds * 1000;
  let runs = 0;
  do {
    const input = fuzzer.make(source);
    const what = await checkInput(fuzzer, input);
    runs++;
    if (what !== undefined) return { runs, failure: { what, input } };
  } while (runs < inputs && performance.now() < end);
  return { runs };
};

/** Up to four changes of single bytes, cuts and insertions of dictionary entries. */
export const mutated = (source: RandomSource, text: string, dictionary: readonly string[]): string => {
  let changed = text;
  for (let left = source.below(5); left > 0; left--) {
    const at = source.below(changed.length + 1);
    const inserted = source.below(2) === 0 ? String.fromCharCode(source.below(256)) : source.pick(dictionary);
    changed = changed.slice(0, at) + inserted + changed.slice(at + source.below(4));
  }
  return changed;
};

/** Places where an input of this length is cut, in order. */
export const places = (source: RandomSource, length: number): number[] =>
  Array.from({ length: source.below(6) }, () => source.below(length + 1)).toSorted((a, b) => a - b);

/** The pieces of bytes that are cut at these places, as a socket delivers them: without empty ones. */
export const pieces = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const all = [0, ...at, bytes.length];
  return all
    .slice(1)
    .map((place, index) => bytes.subarray(all[index], place))
    .filter(({ length }) => length > 0);
};

/** Every place where bytes can be cut. */
export const everyPlace = (bytes: Buffer): number[] =>
  Array.from({ length: Math.max(0, bytes.length - 1) }, (_, index) => index + 1);
