import { debuglog } from 'node:util';

const debug = debuglog('windhover:connection');

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

/** Whether the logger writes entries at the level `debug`. A logger that throws is not used. */
export const isDebugEnabled = (logger: ConnectionLogger): boolean => {
  try {
    return logger.isLevelEnabled?.('debug') ?? true;
  } catch (error) {
    debug('the logger failed: %s', error);
    return false;
  }
};
