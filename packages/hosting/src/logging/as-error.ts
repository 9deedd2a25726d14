import { isReadableError } from '@windhover/thrown-values';

/**
 * Converts any thrown value to an Error for a logger. Values that a logger could not read are described. Never throws.
 */
export const asError = (thrown: unknown): Error =>
  isReadableError(thrown) ? thrown : new Error(`thrown, and not an Error: ${description(thrown)}`);

const description = (thrown: unknown): string => {
  try {
    return String(thrown);
  } catch {
    return `a ${typeof thrown} that cannot be shown`;
  }
};
