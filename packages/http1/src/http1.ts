import { type Connection, type ConnectionDelegate, lingeringClose } from '@windhover/connections';
import { type HttpApplication, type HttpProtocol, type HttpServices, resolveOptions } from '@windhover/http';
import { type Http1Options, ResponseHeadWriter, http1OptionDefaults } from '@windhover/http1-codec';
import { Http1Connection } from './connection/http1-connection.ts';

/**
 * HTTP/1.1 for a server: `new WindhoverServer({ protocols: [http1()], … })`.
 *
 * @param options leniencies, all off
 * Source: RFC 9110, RFC 9112
 */
export const http1 = (options?: Http1Options): HttpProtocol => ({
  alpn: 'http/1.1',
  createHandler: <C>(application: HttpApplication<C>, services: HttpServices): ConnectionDelegate => {
    const host = {
      application,
      services,
      heads: new ResponseHeadWriter(services),
      options: resolveOptions('http1', http1OptionDefaults, options),
    };
    return (connection: Connection) => new Http1Connection(connection, host).start();
  },
  createRefuser: (services: HttpServices): ConnectionDelegate => {
    const heads = new ResponseHeadWriter(services);
    return (connection: Connection) => refuseConnection(connection, services, heads);
  },
});

/**
 * Answers a connection over a limit of the server: 503 without waiting for a request, then a lingering close.
 *
 * Source: RFC 9110 section 15.6.4
 */
const refuseConnection = (connection: Connection, { limits }: HttpServices, heads: ResponseHeadWriter): void => {
  heads.refresh();
  const last = heads.write(503, '', undefined, 'close', 0);
  lingeringClose(connection, { last, timeout: limits.requestDrainTimeout });
};
