/**
 * Where a host reports: structured details first, then a sentence. A pino logger is one as it is.
 *
 * Details may hold text that a peer has sent. Whoever writes them down has to escape it, as `consoleLogger` and every
 * JSON logger do. An error lies under `err`.
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
}
