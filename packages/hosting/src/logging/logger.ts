/** From the least to the most serious; `silent` is above all of them. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];

/** The least level that is written where nothing sets one. */
export const defaultLogLevel: LogLevel = 'info';

/**
 * The log of a host. Each method takes structured details, then a sentence. A pino logger has this shape.
 *
 * Details may contain text from a client. A logger must escape it, as `consoleLogger` and every JSON logger do. The detail
 * `err` is an error.
 */
export interface Logger {
  /** What helps to find a fault, e.g. requests that were refused. */
  debug(details: object, message: string): void;
  /** What a person expects to happen: started, listening, stopping. */
  info(details: object, message: string): void;
  /** What a person should look at; the host goes on. */
  warn(details: object, message: string): void;
  /** Something failed, e.g. an application threw. */
  error(details: object, message: string): void;
  /** A logger that adds details to each entry, e.g. `{ category: 'shop.orders' }`. Without it the host adds them itself. */
  child?(details: object): Logger;
  /** Whether entries of a level are written. Without it: they may be. */
  isLevelEnabled?(level: string): boolean;
}
