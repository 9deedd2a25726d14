import {
  type ConnectionDelegate,
  type ConnectionMiddleware,
  TlsHandshakeFeature,
  type UseHttps,
  withDefaults,
} from '@windhover/connections';
import { IncomingConnection } from './handshake/incoming-connection.ts';
import { type HttpsOptions, type ResolvedHttpsOptions, resolveHttpsOptions } from './options.ts';
import { SessionTicketKeys } from './names/session-ticket-keys.ts';
import { TlsEndpoint } from './tls-endpoint.ts';

/**
 * Creates a function that adds TLS to endpoints. Certificates are read once, before the endpoint is bound; their files
 * are watched until the endpoint closes. Timeouts require a server with a heartbeat.
 *
 * An endpoint that already has TLS is not changed. Options that are not given have the values of `httpsDefaults` of the
 * endpoint, or else the defaults of this package.
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
  const own = typeof given === 'string' ? { pfx: given, password } : given;
  const options = resolveHttpsOptions(own);
  const ticketKeys = options.sessionTicketKeys ?? new SessionTicketKeys();
  return (endpoint) => {
    if (endpoint.isTls) return;
    const tls = new TlsEndpoint(withEndpointDefaults(own, options, endpoint.httpsDefaults), ticketKeys, endpoint);
    endpoint.prepare(() => tls.load());
    endpoint.useTls(tlsMiddleware(tls));
  };
}

/** @param options `own` with the defaults of this package */
const withEndpointDefaults = (
  own: HttpsOptions,
  options: ResolvedHttpsOptions,
  defaults: Readonly<Record<string, unknown>> = {},
): ResolvedHttpsOptions =>
  Object.keys(defaults).length === 0 ? options : resolveHttpsOptions(withDefaults(defaults, own) as HttpsOptions);

const tlsMiddleware =
  (endpoint: TlsEndpoint): ConnectionMiddleware =>
  (next): ConnectionDelegate =>
  (connection) => {
    // Another middleware may have added TLS.
    if (connection.features.get(TlsHandshakeFeature) !== undefined) return next(connection);
    new IncomingConnection(connection, next, endpoint).receive();
  };
