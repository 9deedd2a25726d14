import { parseByteSize, parseDuration } from '@windhover/configuration';
import * as v from 'valibot';

/** A number, or text that is parsed to one. */
type NumberOrText = v.GenericSchema<number | string, number>;

/** Range of a number. */
interface Range {
  readonly min: number;
  readonly max?: number;
  readonly isWhole?: boolean;
  /** Whether `Infinity` is allowed in addition to a finite `max`. */
  readonly orInfinite?: boolean;
}

const isWithin = (value: number, { min, max = Infinity, isWhole = false, orInfinite = false }: Range): boolean =>
  (value >= min && value <= max && (!isWhole || Number.isSafeInteger(value))) || (orInfinite && value === Infinity);

const numberOrText = (
  parse: (text: string) => number | undefined,
  range: Range,
  allowed: string,
  description: string,
): NumberOrText =>
  v.pipe(
    v.union([v.pipe(v.number(), v.minValue(range.min)), v.string()]),
    v.description(description),
    v.metadata({ allowed }),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = typeof dataset.value === 'number' ? dataset.value : parse(dataset.value);
      if (value !== undefined && isWithin(value, range)) return value;
      addIssue();
      return NEVER;
    }),
  );

/** Milliseconds, or a text such as `30s`, `2m`, `infinite`. */
export const duration = (range: Range, description: string): NumberOrText => {
  const { min, max = Infinity, orInfinite = max === Infinity } = range;
  const infinite = orInfinite ? ', or "infinite"' : '';
  const allowed = `a number of milliseconds ${rangeText(min, max)}, or text such as "30s" or "2m"${infinite}`;
  return numberOrText(parseDuration, range, allowed, description);
};

/** Bytes, or a text such as `32KiB`, `30MB`. */
export const byteSize = (min: number, description: string, max = Infinity): NumberOrText => {
  const allowed = `a number of bytes ${rangeText(min, max)}, or text such as "32KiB"`;
  return numberOrText(parseByteSize, { min, max, isWhole: true }, allowed, description);
};

/** An integer. */
export const count = (min: number, max: number, description: string): v.GenericSchema<number> =>
  v.pipe(
    v.number(),
    v.safeInteger(),
    v.minValue(min),
    v.maxValue(Math.min(max, Number.MAX_SAFE_INTEGER)),
    v.description(description),
    v.metadata({ allowed: `an integer ${rangeText(min, max)}` }),
  );

const rangeText = (min: number, max: number): string =>
  max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
