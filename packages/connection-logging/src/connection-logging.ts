import type { ConnectionDelegate, ConnectionMiddleware } from '@windhover/connections';
import { ConnectionLog } from './connection-log.ts';
import { LoggedConnection } from './logged-connection.ts';
import { isDebugEnabled } from './logger.ts';
import { type ConnectionLoggingOptions, resolveConnectionLoggingOptions } from './options.ts';

/**
 * Connection middleware that logs the bytes of each connection, both ways, with its beginning and its end. Below TLS it
 * shows what is on the wire, above it what is said. Whether the logger wants `debug` is asked once a connection; where
 * it does not, the connection is handed on as it is.
 *
 * The log holds everything that is said, passwords too.
 *
 * @throws RangeError when an option is out of its range
 *
 * Source: Kestrel `ListenOptions.UseConnectionLogging`
 */
export const connectionLogging = (given?: Partial<ConnectionLoggingOptions>): ConnectionMiddleware => {
  const options = resolveConnectionLoggingOptions(given);
  return (next): ConnectionDelegate =>
    (connection) =>
      isDebugEnabled(options.logger)
        ? next(new LoggedConnection(connection, new ConnectionLog(connection, options)))
        : next(connection);
};
