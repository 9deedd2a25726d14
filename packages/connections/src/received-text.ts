import { shownValue } from './shown-value.ts';

/**
 * A received value for an error message, as JSON. Numbers that JSON does not have (NaN, Infinity) and each BigInt are
 * text, and other values without JSON are named by their type, e.g. `a function`. Never throws.
 */
export const receivedText = (value: unknown): string => {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value, withText) ?? shownValue(value);
  } catch {
    return shownValue(value);
  }
};

const withText = (_name: string, part: unknown): unknown =>
  typeof part === 'bigint' || (typeof part === 'number' && !Number.isFinite(part)) ? String(part) : part;
