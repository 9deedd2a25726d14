import type { Connection } from '@windhover/connections';
import { type HttpApplication, resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { connectionPair } from '@windhover/transport-memory';

/**
 * Serves an application over HTTP/1.1 on a connection in memory.
 *
 * @param errors receives errors of the application
 * @returns the side of the client
 */
export const connectInMemory = <C>(application: HttpApplication<C>, errors: unknown[]): Connection => {
  const [client, connection] = connectionPair();
  void http1().createHandler(application, {
    limits: resolveHttpLimits(),
    serverHeader: null,
    dateHeader: false,
    wallClock: () => 0,
    events: { applicationError: (error) => void errors.push(error), badRequest: () => undefined },
  })(connection);
  return client;
};
