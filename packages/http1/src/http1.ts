import type { Connection, ConnectionDelegate } from '@windhover/connections';
import type { HttpApplication, HttpProtocol, HttpServices } from '@windhover/http';
import { ConnectionRefuser } from './connection/connection-refuser.ts';
import { CommonLines } from './exchange/head-text.ts';
import { Http1Connection } from './connection/http1-connection.ts';
import { RepeatedHead } from './exchange/repeated-head.ts';
import { RequestTurns } from './connection/request-turns.ts';
import { type Http1Options, http1OptionDefaults } from '@windhover/http1-codec';

/** The connections of all endpoints share the one event loop of their thread. */
const turns = new RequestTurns();

/**
 * HTTP/1.1 for a server: `new WindhoverServer({ protocols: [http1()], … })`.
 *
 * @param options leniencies, all off
 * Source: RFC 9110, RFC 9112
 */
export const http1 = (options?: Partial<Http1Options>): HttpProtocol => ({
  alpn: 'http/1.1',
  createHandler: <C>(application: HttpApplication<C>, services: HttpServices): ConnectionDelegate => {
    const lines = commonLines(services);
    const host = {
      application,
      services,
      lines,
      repeated: new RepeatedHead(),
      turns,
      options: { ...http1OptionDefaults, ...options },
    };
    return (connection: Connection) => new Http1Connection(connection, host).start();
  },
  createRefuser: (services: HttpServices): ConnectionDelegate => {
    const lines = commonLines(services);
    return (connection: Connection) => void new ConnectionRefuser(connection, services, lines);
  },
});

const commonLines = ({ serverHeader, dateHeader, wallClock }: HttpServices): CommonLines =>
  new CommonLines(serverHeader, dateHeader, wallClock);
