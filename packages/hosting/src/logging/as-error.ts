import { isReadableError } from '@windhover/thrown-values';

/** An error for a logger, of any thrown value. A value that loggers could not read is described. Never throws. */
export const asError = (thrown: unknown): Error =>
  isReadableError(thrown) ? thrown : new Error(`thrown, and not an Error: ${description(thrown)}`);

const description = (thrown: unknown): string => {
  try {
    return String(thrown);
  } catch {
    return `a ${typeof thrown} that cannot be shown`;
  }
};
