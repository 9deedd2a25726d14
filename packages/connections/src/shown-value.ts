/**
 * A received value for an error message, in one line: a string (its first 100 characters), a number and a date as they are,
 * others by their type, e.g. `the string "60"`, `an array`, `undefined`.
 */
export const shownValue = (value: unknown): string => {
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 100))}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : `the Date ${value.toISOString()}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value);
};
