import type { FeatureCollection } from '@windhover/features';
import { HttpRequestFeature } from '@windhover/http';
import type { ServerEvents } from '@windhover/server';
import { consoleLogger } from './console-logger.ts';
import type { Logger } from './logger.ts';

/**
 * What a server reports, as log entries. Requests that are refused are the peer's fault and `debug` only.
 *
 * Source: Kestrel event ids 13 `ApplicationError`, 17 `ConnectionBadRequest`
 */
export const serverLog = (logger: Logger): ServerEvents => ({
  applicationError: (error, exchange) =>
    guarded(() => logger.error(requestDetails(error, exchange), 'The application failed to answer a request')),
  badRequest: (error, connection) =>
    guarded(() =>
      logger.debug(
        { connection: connection.id, code: error.code, status: error.status, err: error },
        'A request was refused',
      ),
    ),
  warning: (message) => guarded(() => logger.warn({}, message)),
});

const requestDetails = (error: unknown, exchange: FeatureCollection): object => {
  const request = exchange.get(HttpRequestFeature);
  return { method: request?.method, target: request?.rawTarget, err: asError(error) };
};

/** Anything can be thrown; loggers know errors. */
const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(`thrown, and not an Error: ${String(error)}`);

/** A peer causes these entries, so a logger that throws must not take the process down. */
const guarded = (log: () => void): void => {
  try {
    log();
  } catch (error) {
    consoleLogger().error({ err: asError(error) }, 'The logger itself failed');
  }
};
