import { parseByteSize, parseDuration } from '@windhover/configuration';
import * as v from 'valibot';

/** A number, or a text that stands for one. */
type NumberOrText = v.GenericSchema<number | string, number>;

/** What a number may be. */
interface Range {
  readonly min: number;
  readonly max?: number;
  readonly isWhole?: boolean;
}

const isWithin = (value: number, { min, max = Infinity, isWhole = false }: Range): boolean =>
  value >= min && value <= max && (!isWhole || Number.isSafeInteger(value));

const numberOrText = (parse: (text: string) => number | undefined, range: Range, allowed: string): NumberOrText =>
  v.pipe(
    v.union([v.number(), v.string()]),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = typeof dataset.value === 'number' ? dataset.value : parse(dataset.value);
      if (value !== undefined && isWithin(value, range)) return value;
      addIssue({ message: allowed });
      return NEVER;
    }),
    v.metadata({ allowed }),
  );

/** Milliseconds, or a text such as `30s`, `2m`, `infinite`. */
export const duration = (range: Range): NumberOrText => {
  const { min, max = Infinity } = range;
  const upTo = max === Infinity ? `, from ${min} ms on, or "infinite"` : ` from ${min} to ${max} ms`;
  return numberOrText(parseDuration, range, `a time${upTo}: milliseconds, or text such as "30s" or "2m"`);
};

/** Bytes, or a text such as `32KiB`, `30MB`. */
export const byteSize = (min: number): NumberOrText =>
  numberOrText(parseByteSize, { min, isWhole: true }, `a size from ${min} bytes on: bytes, or text such as "32KiB"`);

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
