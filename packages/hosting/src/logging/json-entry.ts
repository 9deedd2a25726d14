import { escapedText } from './escaped-text.ts';
import { errorCauses } from './error-causes.ts';
import { valueText } from './value-text.ts';

/**
 * Formats one entry as a line of JSON: `level`, `time` in ISO 8601, the details, `msg`. Characters that a terminal
 * would interpret are escaped, even where JSON allows them. Errors have `type`, `message`, `stack`, `code` and
 * `causes`.
 */
export const jsonEntry = (level: string, time: Date, details: object, message: string): string => {
  const head = { level, time: time.toISOString() };
  const entry = { ...head, ...details, ...head, msg: message };
  try {
    return escapedText(JSON.stringify(entry, shown));
  } catch {
    // The details are circular, or a toJSON throws.
    return escapedText(JSON.stringify(Object.fromEntries(Object.entries(entry).map(plain))));
  }
};

const shown = (_name: string, value: unknown): unknown => {
  if (value instanceof Error) return errorEntry(value);
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value;
};

const errorEntry = (error: Error): object => {
  const causes = errorCauses(error).map(({ stack, message }) => stack ?? message);
  const { name: type, message, stack } = error;
  return { type, message, ...('code' in error && { code: error.code }), stack, ...(causes.length > 0 && { causes }) };
};

const plain = ([name, value]: [string, unknown]): [string, unknown] => [
  name,
  typeof value === 'object' && !(value instanceof Error) ? valueText(value) : shown(name, value),
];
