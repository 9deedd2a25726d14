import { parseByteSize, parseDuration } from '@windhover/configuration';
import * as v from 'valibot';

/** A number, or a text that stands for one. */
type NumberOrText = v.GenericSchema<number | string, number>;

/** What a number may be. */
interface Range {
  readonly min: number;
  readonly max?: number;
  readonly isWhole?: boolean;
  /** Whether there may be no limit, where `max` is one. */
  readonly orInfinite?: boolean;
}

const isWithin = (value: number, { min, max = Infinity, isWhole = false, orInfinite = false }: Range): boolean =>
  (value >= min && value <= max && (!isWhole || Number.isSafeInteger(value))) || (orInfinite && value === Infinity);

const numberOrText = (parse: (text: string) => number | undefined, range: Range, allowed: string): NumberOrText =>
  v.pipe(
    v.union([v.number(), v.string()]),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = typeof dataset.value === 'number' ? dataset.value : parse(dataset.value);
      if (value !== undefined && isWithin(value, range)) return value;
      addIssue();
      return NEVER;
    }),
    v.metadata({ allowed }),
  );

/** Milliseconds, or a text such as `30s`, `2m`, `infinite`. */
export const duration = (range: Range): NumberOrText => {
  const { min, max = Infinity, orInfinite = max === Infinity } = range;
  const upTo = max === Infinity ? 'on' : `to ${max}`;
  const infinite = orInfinite ? ', or "infinite"' : '';
  return numberOrText(
    parseDuration,
    range,
    `milliseconds from ${min} ${upTo}, or text such as "30s" or "2m"${infinite}`,
  );
};

/** Bytes, or a text such as `32KiB`, `30MB`. */
export const byteSize = (min: number): NumberOrText =>
  numberOrText(parseByteSize, { min, isWhole: true }, `bytes from ${min} on, or text such as "32KiB"`);

/** A whole number. */
export const count = (min: number, max = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> => {
  const upTo = max === Number.MAX_SAFE_INTEGER ? 'on' : `to ${max}`;
  return v.pipe(
    v.number(),
    v.safeInteger(),
    v.minValue(min),
    v.maxValue(max),
    v.metadata({ allowed: `a whole number from ${min} ${upTo}` }),
  );
};
