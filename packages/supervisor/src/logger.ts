import { debuglog } from 'node:util';

const debug = debuglog('windhover:supervisor');

/** Where the supervisor reports: details first, then a sentence. pino is one, and so is a host's logger. */
export interface SupervisorLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

const write = (_details: object, message: string): void => console.error(message);

/** The default: what a person should look at, on stderr. */
export const stderrLogger: SupervisorLogger = { info: () => undefined, warn: write, error: write };

/** The same logger, without what it throws: the workers need somebody who watches over them. */
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
