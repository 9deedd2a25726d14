import { debuglogLogger } from './debuglog-logger.ts';
import type { ConnectionLogger } from './logger.ts';

/** Options of `connectionLogging`. */
export interface ConnectionLoggingOptions {
  /** Where the log goes. Default: `debuglog('windhover:connection')` of `node:util`. */
  readonly logger: ConnectionLogger;
  /** Tells two of them on one connection apart, e.g. `below tls`; it is in the details of every entry. */
  readonly name: string | undefined;
  /** Bytes of each chunk that are printed, 0 or more; the rest is counted. */
  readonly maxBytes: number;
}

export const connectionLoggingDefaults: ConnectionLoggingOptions = {
  logger: debuglogLogger,
  name: undefined,
  maxBytes: 1024, // bytes; Kestrel prints all
};

/**
 * Fills in the defaults.
 *
 * @throws RangeError when `maxBytes` is not a whole number of 0 or more, or Infinity
 */
export const resolveConnectionLoggingOptions = (
  given: Partial<ConnectionLoggingOptions> = {},
): ConnectionLoggingOptions => {
  const options = { ...connectionLoggingDefaults, ...given };
  const { maxBytes } = options;
  if (maxBytes === Number.POSITIVE_INFINITY || (Number.isSafeInteger(maxBytes) && maxBytes >= 0)) return options;
  throw new RangeError(`maxBytes must be a whole number of 0 or more, or Infinity, not ${maxBytes}`);
};
