/** Log levels in ascending order; `silent` is above all of them. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];

/** The minimum level if none is set. */
export const defaultLogLevel: LogLevel = 'info';

/**
 * The log of a host. Each method takes structured details, then a sentence. A pino logger has this shape.
 *
 * Details may contain text from a client. A logger must escape it, as `consoleLogger` and every JSON logger do. The
 * detail `err` is an error.
 */
export interface Logger {
  /** Logs details for troubleshooting, e.g. refused requests. */
  debug(details: object, message: string): void;
  /** Logs an expected event: started, listening, stopping. */
  info(details: object, message: string): void;
  /** Logs a problem that needs attention; the host continues. */
  warn(details: object, message: string): void;
  /** Logs a failure, e.g. an error of the application. */
  error(details: object, message: string): void;
  /** A logger that adds details to each entry, e.g. `{ category: 'shop.orders' }`. Without it the host adds them itself. */
  child?(details: object): Logger;
  /** Whether entries of a level are written. If missing, all may be. */
  isLevelEnabled?(level: string): boolean;
}
