import type { Logger } from './logger.ts';

/** A logger that adds details to each entry; works for loggers without a `child` method, too. */
export const childLogger = (logger: Logger, details: object): Logger =>
  logger.child?.(details) ?? new DetailedLogger(logger, details);

class DetailedLogger implements Logger {
  readonly #logger: Logger;
  readonly #details: object;

  constructor(logger: Logger, details: object) {
    this.#logger = logger;
    this.#details = details;
  }

  debug(details: object, message: string): void {
    this.#logger.debug({ ...this.#details, ...details }, message);
  }

  info(details: object, message: string): void {
    this.#logger.info({ ...this.#details, ...details }, message);
  }

  warn(details: object, message: string): void {
    this.#logger.warn({ ...this.#details, ...details }, message);
  }

  error(details: object, message: string): void {
    this.#logger.error({ ...this.#details, ...details }, message);
  }

  child(details: object): Logger {
    return new DetailedLogger(this.#logger, { ...this.#details, ...details });
  }

  isLevelEnabled(level: string): boolean {
    return this.#logger.isLevelEnabled?.(level) ?? true;
  }
}
