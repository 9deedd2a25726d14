import {
  type ConnectionBuilder,
  type ConnectionDelegate,
  type ConnectionMiddleware,
  TlsHandshakeFeature,
} from '@windhover/connections';
import { IncomingConnection } from './incoming-connection.ts';
import { type HttpsOptions, resolveHttpsOptions } from './options.ts';
import { SessionTicketKeys } from './session-ticket-keys.ts';
import { TlsEndPoint } from './tls-end-point.ts';

/** Adds TLS to an end point: `server.listenLocalhost(5001, useHttps('testCert.pfx', 'testPassword'))`. */
export type UseHttps = (endPoint: ConnectionBuilder) => void;

/**
 * Encrypts the connections of the end points that it is given to. Certificates are read when it is given one, once and
 * synchronously; their files are watched for as long as the end point lives. Time limits need a server with a heartbeat.
 *
 * An end point that has TLS already keeps what it has.
 *
 * @throws RangeError when an option is out of its range
 * @throws TlsError from the function that it returns, one of those that concern the start
 *
 * Source: Kestrel `ListenOptionsHttpsExtensions.UseHttps`
 */
export function useHttps(pfx: string, password?: string): UseHttps;
export function useHttps(options: HttpsOptions): UseHttps;
export function useHttps(given: string | HttpsOptions, password?: string): UseHttps {
  const options = resolveHttpsOptions(typeof given === 'string' ? { pfx: given, password } : given);
  const ticketKeys = options.sessionTicketKeys ?? new SessionTicketKeys();
  return (endPoint) => {
    if (endPoint.isTls) return;
    endPoint.useTls(tlsMiddleware(new TlsEndPoint(options, ticketKeys, endPoint)));
  };
}

const tlsMiddleware =
  (endPoint: TlsEndPoint): ConnectionMiddleware =>
  (next): ConnectionDelegate => {
    endPoint.prepare();
    return (connection) => {
      // It may have come through another middleware that has done it.
      if (connection.features.get(TlsHandshakeFeature) !== undefined) return next(connection);
      new IncomingConnection(connection, next, endPoint).receive();
    };
  };
