/** Where the supervisor reports: details first, then a sentence. pino is one, and so is a host's logger. */
export interface SupervisorLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

const write = (_details: object, message: string): void => console.error(message);

/** The default: what a person should look at, on stderr. */
export const stderrLogger: SupervisorLogger = { info: () => undefined, warn: write, error: write };
