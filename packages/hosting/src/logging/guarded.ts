import { asError } from './as-error.ts';
import { consoleLogger } from './console-logger.ts';

/**
 * Writes log entries that a peer causes, or the host itself. A logger that throws must not end the process or interrupt
 * a stop; its error is reported on the console.
 */
export const guarded = (log: () => void): void => {
  try {
    log();
  } catch (error) {
    try {
      consoleLogger().error({ err: asError(error) }, 'The logger itself failed');
    } catch {
      // The error cannot be reported anywhere else.
    }
  }
};
