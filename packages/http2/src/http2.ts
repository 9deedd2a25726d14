import type { Connection, ConnectionDelegate } from '@windhover/connections';
import type { HttpApplication, HttpProtocol, HttpServices } from '@windhover/http';
import { CommonFields } from './connection/common-fields.ts';
import { Http2Connection } from './connection/http2-connection.ts';
import { type Http2Options, http2OptionDefaults } from './http2-options.ts';

/**
 * HTTP/2 for a server: `new WindhoverServer({ protocols: [http2(), http1()], … })`.
 *
 * @param options leniencies, all off
 * Source: RFC 9110, RFC 9113, RFC 7541
 */
export const http2 = (options?: Partial<Http2Options>): HttpProtocol => ({
  alpn: 'h2',
  isNegotiatedOnly: true,
  createHandler: <C>(application: HttpApplication<C>, services: HttpServices): ConnectionDelegate => {
    const { serverHeader, dateHeader, wallClock } = services;
    const common = new CommonFields(serverHeader, dateHeader, wallClock);
    const host = { application, services, common, options: { ...http2OptionDefaults, ...options } };
    return (connection: Connection) => new Http2Connection(connection, host).start();
  },
});
