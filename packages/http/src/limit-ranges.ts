import { HttpError } from './errors.ts';

/** The values that a limit may have. */
export interface LimitRange {
  /** `integer`, or `milliseconds` with fractions. */
  readonly kind: 'integer' | 'milliseconds';
  readonly least: number;
  /** Default: no maximum; `milliseconds` then allows Infinity. */
  readonly most?: number;
  /** Whether `null` turns the limit off. Default false. */
  readonly canBeNull?: boolean;
}

/** The ranges of limits that are numbers or `null`. */
export type LimitRanges<T> = { readonly [K in keyof T]: LimitRange };

/**
 * Fills in the defaults of omitted limits, and checks the ranges.
 *
 * @param given `undefined` for a limit means its default
 * @param path text before the names in errors, e.g. `http2.`
 * @throws HttpError `HTTP_LIMIT_INVALID`, with the name of the limit, its range and the received value
 */
export const resolveLimits = <T extends object>(
  defaults: T,
  ranges: LimitRanges<T>,
  given: Partial<T>,
  path = '',
): T => {
  const limits = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(ranges, name)) throw new HttpError('HTTP_LIMIT_INVALID', `there is no limit "${path}${name}"`);
    if (value === undefined) continue;
    checkLimit(path + name, value, ranges[name as keyof T]);
    limits[name as keyof T] = value as T[keyof T];
  }
  return limits;
};

/** @throws HttpError `HTTP_LIMIT_INVALID`, with the name of the limit, its range and the received value */
export const checkLimit = (name: string, value: unknown, range: LimitRange): void => {
  if (value === null ? range.canBeNull : isWithin(value, range)) return;
  throw new HttpError('HTTP_LIMIT_INVALID', `${name} must be ${textOf(range)}; received ${String(value)}`);
};

/** Options may come from JavaScript without types, where `'5' > 0` is true. */
const isWithin = (value: unknown, { kind, least, most = Infinity }: LimitRange): boolean =>
  typeof value === 'number' &&
  value >= least &&
  value <= most &&
  (kind === 'milliseconds' || Number.isSafeInteger(value));

const textOf = ({ kind, least, most, canBeNull }: LimitRange): string => {
  const noun = kind === 'integer' ? 'an integer' : 'a number of milliseconds';
  const bounds = most === undefined ? ` of at least ${least}` : ` from ${least} to ${most}`;
  const off = canBeNull === true ? ', or null' : kind === 'milliseconds' ? ', or Infinity' : '';
  return noun + bounds + off;
};
