import {
  type ConnectionDelegate,
  type ConnectionMiddleware,
  TlsHandshakeFeature,
  type UseHttps,
} from '@windhover/connections';
import { IncomingConnection } from './handshake/incoming-connection.ts';
import { type HttpsOptions, resolveHttpsOptions } from './options.ts';
import { SessionTicketKeys } from './names/session-ticket-keys.ts';
import { TlsEndpoint } from './tls-endpoint.ts';

/**
 * Creates a function that adds TLS to endpoints. Certificates are read once, before the endpoint is bound; their files
 * are watched until the endpoint closes. Timeouts require a server with a heartbeat.
 *
 * An endpoint that already has TLS is not changed.
 *
 * @throws TypeError if an option is unknown, e.g. `cert` of Node.js, or has a wrong type
 * @throws RangeError if an option is out of its range
 * @throws TlsError at the start of the server, with a code that concerns the start
 *
 * Source: Kestrel `ListenOptionsHttpsExtensions.UseHttps`
 */
export function useHttps(pfx: string, password?: string): UseHttps;
export function useHttps(options: HttpsOptions): UseHttps;
export function useHttps(given: string | HttpsOptions, password?: string): UseHttps {
  const options = resolveHttpsOptions(typeof given === 'string' ? { pfx: given, password } : given);
  const ticketKeys = options.sessionTicketKeys ?? new SessionTicketKeys();
  return (endpoint) => {
    if (endpoint.isTls) return;
    const tls = new TlsEndpoint(options, ticketKeys, endpoint);
    endpoint.prepare(() => tls.load());
    endpoint.useTls(tlsMiddleware(tls));
  };
}

const tlsMiddleware =
  (endpoint: TlsEndpoint): ConnectionMiddleware =>
  (next): ConnectionDelegate =>
  (connection) => {
    // Another middleware may have added TLS.
    if (connection.features.get(TlsHandshakeFeature) !== undefined) return next(connection);
    new IncomingConnection(connection, next, endpoint).receive();
  };
