import type { Logger, WebHost } from '@windhover/hosting';
import type { HttpLimitsInit, RequestHandler } from '@windhover/http';
import { createHostBuilder } from './create-host-builder.ts';

/** How `serve` serves. Everything has a default. */
export interface ServeOptions {
  /** Addresses to listen on; each may be a list with `;` between. Default `http://localhost:5000`. */
  readonly urls?: string | readonly string[];
  /** Limits that differ from `httpLimitDefaults`. */
  readonly limits?: HttpLimitsInit;
  /** Stops the host when it aborts: what runs may end until the shutdown timeout is over. */
  readonly signal?: AbortSignal;
  /** Where the host reports. Default `consoleLogger()`. */
  readonly logger?: Logger;
  /** Milliseconds that a host which stops waits for what runs. Default 30,000. */
  readonly shutdownTimeout?: number;
}

/**
 * Starts a host that answers every request with the handler: it sends the response, or returns a value that is sent.
 *
 * @returns the started host: `addresses`, `stop()`, and `run()` to wait for Ctrl+C
 * @throws HttpError `HTTP_LIMIT_INVALID`
 * @throws RangeError `shutdownTimeout` is out of its range
 * @throws AddressError, TransportError, ServerError an address is malformed or cannot be bound; nothing listens then
 * @throws the reason of `signal`, where it has aborted before
 */
export const serve = async (handler: RequestHandler, options: ServeOptions = {}): Promise<WebHost> => {
  const { signal } = options;
  signal?.throwIfAborted();
  const host = hostFor(handler, options);
  await host.start();
  if (signal?.aborted) host.lifetime.stopApplication();
  signal?.addEventListener('abort', () => host.lifetime.stopApplication(), { signal: host.lifetime.stopping });
  return host;
};

const hostFor = (handler: RequestHandler, options: ServeOptions): WebHost => {
  const { urls = [], limits, logger, shutdownTimeout } = options;
  const builder = createHostBuilder()
    .useServer((server) => void Object.assign(server.limits, limits))
    .useUrls(...(typeof urls === 'string' ? [urls] : urls))
    .configure((app) => void app.run(handler));
  if (logger !== undefined) builder.useLogger(logger);
  if (shutdownTimeout !== undefined) builder.useShutdownTimeout(shutdownTimeout);
  return builder.build();
};
