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
 * Writes the events of a server as log entries. Refused requests are the client's fault and logged at `debug`, except
 * for TLS on an endpoint without it.
 * @param informs whether information is logged; with several processes one of them is enough
 * Source: Kestrel event ids 13 `ApplicationError`, 17 `ConnectionBadRequest`, 41 `InvalidResponseHeaderRemoved`
 */
export const serverLog = (logger: Logger, informs = true): ServerEvents => {
  // Created on first use: most servers never report anything.
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
        serverLogger().debug(details, 'A response field that the protocol does not allow was removed');
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
 * Finds clients that use TLS on an endpoint without it. Often our own configuration sends them there, so the first one
 * on each endpoint is a warning.
 */
class MisdirectedTls {
  /** Ports and paths: an endpoint on every interface has many addresses but one port. */
  readonly #warned = new Set<number | string>();

  /** The warning for a connection; `undefined` if its endpoint already had one. */
  warningFor({ features }: Connection): string | undefined {
    const endpoint = features.get(ConnectionEndpointFeature)?.localEndpoint;
    if (endpoint === undefined) return undefined;
    const name = formatEndpoint(endpoint);
    const key = endpoint.kind === 'ip' ? endpoint.port : name;
    if (this.#warned.has(key)) return undefined;
    this.#warned.add(key);
    return `${name}: A client used TLS on this plain HTTP port; further ones are not logged`;
  }
}
