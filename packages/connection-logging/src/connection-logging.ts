import type { ConnectionDelegate, ConnectionMiddleware } from '@windhover/connections';
import { ConnectionLog } from './connection-log.ts';
import { LoggedConnection } from './logged-connection.ts';
import { isDebugEnabled } from './logger.ts';
import { type ConnectionLoggingOptions, resolveConnectionLoggingOptions } from './options.ts';

/**
 * Connection middleware that logs the bytes of each connection in both directions, its beginning and its end. Below TLS
 * it logs the encrypted bytes, above TLS the decrypted ones. If `debug` is off when a connection starts, the connection
 * is passed on unchanged.
 *
 * The log contains everything that is sent, passwords included.
 *
 * @throws RangeError if an option is out of its range
 *
 * Source: Kestrel `ListenOptions.UseConnectionLogging`
 */
export const connectionLogging = (given?: ConnectionLoggingOptions): ConnectionMiddleware => {
  const options = resolveConnectionLoggingOptions(given);
  return (next): ConnectionDelegate =>
    (connection) =>
      isDebugEnabled(options.logger)
        ? next(new LoggedConnection(connection, new ConnectionLog(connection, options)))
        : next(connection);
};
