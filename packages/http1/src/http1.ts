import type { Connection, ConnectionDelegate } from '@windhover/connections';
import type { HttpApplication, HttpProtocol, HttpServices } from '@windhover/http';
import { CommonLines } from './head-text.ts';
import { Http1Connection } from './http1-connection.ts';

/**
 * HTTP/1.1 for a server: `new WindhoverServer({ protocols: [http1()], … })`.
 *
 * Source: RFC 9110, RFC 9112
 */
export const http1 = (): HttpProtocol => ({
  alpn: 'http/1.1',
  createHandler: <C>(application: HttpApplication<C>, services: HttpServices): ConnectionDelegate => {
    const lines = new CommonLines(services.serverHeader, services.dateHeader, services.wallClock);
    const host = { application, services, lines };
    return (connection: Connection) => new Http1Connection(connection, host, 'http').start();
  },
});
