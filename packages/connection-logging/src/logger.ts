/**
 * Receives log entries: structured details first, then a message. The loggers of pino and of a Windhover host have this
 * interface.
 *
 * Messages are printable ASCII. Details contain text of endpoints, which a logger must escape.
 */
export interface ConnectionLogger {
  debug(details: object, message: string): void;
  /** Called once per connection. Without this method `debug` is enabled. */
  isLevelEnabled?(level: 'debug'): boolean;
}

/** Whether the logger writes entries at the level `debug`. */
export const isDebugEnabled = (logger: ConnectionLogger): boolean => logger.isLevelEnabled?.('debug') ?? true;
