import { type Connection, ConnectionEndpointFeature, formatEndpoint } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import { HttpRequestFeature, HttpRequestIdentifierFeature } from '@windhover/http';
import type { ServerEvents } from '@windhover/server';
import { asError } from './as-error.ts';
import { childLogger } from './child-logger.ts';
import { guarded } from './guarded.ts';
import { eventIds, logCategories } from './log-events.ts';
import type { Logger } from './logger.ts';

/**
 * What a server reports, as log entries. Requests that are refused are the peer's fault and `debug` only,
 * except for TLS to an endpoint without it.
 * @param informs whether information is written; in an application of several processes one of them is enough
 * Source: Kestrel event ids 13 `ApplicationError`, 17 `ConnectionBadRequest`, 41 `InvalidResponseHeaderRemoved`
 */
export const serverLog = (logger: Logger, informs = true): ServerEvents => {
  // Made on first use: most servers never report anything.
  let server: Logger | undefined;
  let badRequests: Logger | undefined;
  const serverLogger = (): Logger => (server ??= childLogger(logger, { category: logCategories.server }));
  const misdirectedTls = new MisdirectedTls();
  const warn = (message: string): void => serverLogger().warn({}, message);
  return {
    applicationError: (error, exchange) =>
      guarded(() =>
        serverLogger().error(requestDetails(error, exchange), 'The application failed to answer a request'),
      ),
    badRequest: (error, connection) =>
      guarded(() => {
        const misdirected =
          error.code === 'HTTP1_TLS_ON_PLAIN_PORT' ? misdirectedTls.warningFor(connection) : undefined;
        if (misdirected !== undefined) warn(misdirected);
        badRequests ??= childLogger(logger, { category: logCategories.badRequests });
        const { code, status } = error;
        const details = { eventId: eventIds.badRequest, connectionId: connection.id, code, status, err: error };
        badRequests.debug(details, 'A request was refused');
      }),
    responseFieldDropped: (name, exchange) =>
      guarded(() => {
        const requestId = exchange.get(HttpRequestIdentifierFeature)?.traceIdentifier;
        const details = { eventId: eventIds.responseFieldDropped, requestId, field: name };
        serverLogger().debug(details, 'A response field that the protocol does not allow was left out');
      }),
    warning: (message) => guarded(() => warn(message)),
    information: (message) => {
      if (informs) guarded(() => serverLogger().info({}, message));
    },
  };
};

const requestDetails = (error: unknown, exchange: FeatureCollection): object => {
  const request = exchange.get(HttpRequestFeature);
  return {
    eventId: eventIds.applicationError,
    requestId: exchange.get(HttpRequestIdentifierFeature)?.traceIdentifier,
    method: request?.method,
    target: request?.rawTarget,
    err: asError(error),
  };
};

/**
 * Clients that speak TLS to endpoints without it. Often our own configuration has sent them there, so the first one at
 * each endpoint is worth a warning.
 */
class MisdirectedTls {
  /** Ports and paths: an endpoint for every interface has many addresses and one port. */
  readonly #warned = new Set<number | string>();

  /** The warning for a connection; `undefined` if its endpoint had one before. */
  warningFor({ features }: Connection): string | undefined {
    const endpoint = features.get(ConnectionEndpointFeature)?.localEndpoint;
    if (endpoint === undefined) return undefined;
    const name = formatEndpoint(endpoint);
    const key = endpoint.kind === 'ip' ? endpoint.port : name;
    if (this.#warned.has(key)) return undefined;
    this.#warned.add(key);
    return `${name}: A client has spoken TLS on this port for plain HTTP; later ones are not mentioned`;
  }
}
