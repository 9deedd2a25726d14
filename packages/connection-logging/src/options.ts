import { resolveOptions } from '@windhover/connections';
import { debuglogLogger } from './debuglog-logger.ts';
import type { ConnectionLogger } from './logger.ts';

/** Options of `connectionLogging`. */
export interface ResolvedConnectionLoggingOptions {
  /** Receives the log entries. Default: `debuglog('windhover:connection')` of `node:util`. */
  readonly logger: ConnectionLogger;
  /** Distinguishes several logs of one connection, e.g. `below tls`. In the details of every entry. */
  readonly name: string | undefined;
  /** Maximum number of bytes printed per chunk, 0 or more; further bytes are only counted. */
  readonly maxBytes: number;
}

/** The options as the caller passes them: all are optional. See `ResolvedConnectionLoggingOptions` for their meaning. */
export type ConnectionLoggingOptions = Partial<ResolvedConnectionLoggingOptions>;

export const connectionLoggingDefaults: ResolvedConnectionLoggingOptions = {
  logger: debuglogLogger,
  name: undefined,
  maxBytes: 1024, // bytes; Kestrel prints all
};

/**
 * Fills in the defaults.
 *
 * @throws RangeError if `maxBytes` is neither an integer of at least 0 nor Infinity
 */
export const resolveConnectionLoggingOptions = (
  given: ConnectionLoggingOptions = {},
): ResolvedConnectionLoggingOptions => {
  const options = resolveOptions('connectionLogging', connectionLoggingDefaults, given);
  const { maxBytes } = options;
  if (maxBytes === Number.POSITIVE_INFINITY || (Number.isSafeInteger(maxBytes) && maxBytes >= 0)) return options;
  throw new RangeError(`maxBytes must be an integer of at least 0, or Infinity; received ${maxBytes}`);
};
