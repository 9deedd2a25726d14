import { asError } from './as-error.ts';
import { consoleLogger } from './console-logger.ts';

/** Writes log entries that a peer causes: a logger that throws must not end the process, and is reported on the console. */
export const guarded = (log: () => void): void => {
  try {
    log();
  } catch (error) {
    try {
      consoleLogger().error({ err: asError(error) }, 'The logger itself failed');
    } catch {
      // There is no place left to report to.
    }
  }
};
