import { debuglog } from 'node:util';

const debug = debuglog('windhover:supervisor');

/** The log of the supervisor. Each method takes details first, then a sentence. pino and the logger of a host fit. */
export interface SupervisorLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

const write = (_details: object, message: string): void => console.error(message);

/** The default logger: writes warnings and errors to stderr. */
export const stderrLogger: SupervisorLogger = { info: () => undefined, warn: write, error: write };

/** The same logger, but its methods never throw: an error of the logger must not stop the supervision of the workers. */
export const withoutErrors = (logger: SupervisorLogger): SupervisorLogger => {
  const attempt =
    (level: keyof SupervisorLogger) =>
    (details: object, message: string): void => {
      try {
        logger[level](details, message);
      } catch (error) {
        debug('the logger failed: %s', error);
      }
    };
  return { info: attempt('info'), warn: attempt('warn'), error: attempt('error') };
};
