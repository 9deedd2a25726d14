/**
 * Where the log goes: structured details first, then a sentence. A pino logger is one as it is, and so is the logger of
 * a Windhover host.
 *
 * Messages hold printable ASCII only. Details hold the text of endpoints, which a logger has to escape.
 */
export interface ConnectionLogger {
  debug(details: object, message: string): void;
  /** Asked once a connection; without it `debug` counts as enabled. */
  isLevelEnabled?(level: 'debug'): boolean;
}

/** Whether it is worth making lines for this logger. */
export const isDebugEnabled = (logger: ConnectionLogger): boolean => logger.isLevelEnabled?.('debug') ?? true;
