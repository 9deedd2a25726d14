import { resolveOptions } from '@windhover/connections';
import type { NodeHandler } from '@windhover/app-node';
import type { Logger, WebHost, WebHostBuilder } from '@windhover/hosting';
import type { RequestHandler } from '@windhover/http';
import type { ServerLimitOptions } from '@windhover/server';
import { ServerAddressesFeature } from '@windhover/server';
import { ApplicationFormError } from './application-form-error.ts';
import { type Application, type ApplicationObject, resolveApplication } from './application-form.ts';
import { createHostBuilder } from './create-host-builder.ts';

const optionKinds = {
  urls: 'any',
  limits: 'object',
  signal: 'object',
  logger: 'object',
  shutdownTimeout: 'any',
} as const;

/** Options of `serve`. All have defaults. */
export interface ServeOptions {
  /** Addresses to listen on; each may be several separated by `;`. Default `http://localhost:5000`. */
  readonly urls?: string | readonly string[];
  /** Limits that differ from `serverLimitDefaults`. */
  readonly limits?: ServerLimitOptions;
  /** Stops the host when it aborts: running requests may complete until the shutdown timeout. */
  readonly signal?: AbortSignal;
  /** The logger of the host. Default `consoleLogger()`. */
  readonly logger?: Logger;
  /** Milliseconds that a stopping host waits for running requests. Default 30,000. */
  readonly shutdownTimeout?: number;
}

/**
 * Starts a host that handles every request with the application: a handler, which sends a response or returns a value
 * to send; a fetch handler, `{ fetch }`; a `(req, res)` handler; or an application of Express, Koa, Fastify, NestJS,
 * Hono or H3. A host or a host builder is started unchanged.
 *
 * @returns the started host: `addresses`, `stop()`, and `run()`, which waits for Ctrl+C or SIGTERM and then stops
 * @throws ApplicationFormError `APPLICATION_FORM_UNKNOWN`, `APPLICATION_FORM_AMBIGUOUS`; `APPLICATION_OPTION_UNUSED`
 * for an option that a host or a builder must set itself
 * @throws HttpError `HTTP_LIMIT_INVALID`
 * @throws RangeError `shutdownTimeout` is out of range
 * @throws AddressError, TransportError, ServerError an address is malformed or cannot be bound; nothing listens then
 * @throws the reason of `signal` if it has already aborted
 */
export function serve(handler: RequestHandler, options?: ServeOptions): Promise<WebHost>;
export function serve(handler: NodeHandler, options?: ServeOptions): Promise<WebHost>;
export function serve(application: ApplicationObject, options?: ServeOptions): Promise<WebHost>;
export async function serve(application: Application, options: ServeOptions = {}): Promise<WebHost> {
  const { signal } = resolveOptions('serve', {}, options, { kinds: optionKinds });
  signal?.throwIfAborted();
  const host = await hostFor(application, options);
  await host.start();
  if (signal?.aborted) host.lifetime.stopApplication();
  signal?.addEventListener('abort', () => host.lifetime.stopApplication(), { signal: host.lifetime.stopping });
  return host;
}

const hostFor = async (application: Application, options: ServeOptions): Promise<WebHost> => {
  const resolved = await resolveApplication(application);
  if ('host' in resolved) return withAddresses(resolved.host, options);
  if ('builder' in resolved) return withOptions(resolved.builder, options).build();
  const builder = createHostBuilder().configure((app) => void app.run(resolved.handler));
  return withOptions(builder, options).build();
};

const withOptions = (builder: WebHostBuilder, options: ServeOptions): WebHostBuilder => {
  const { urls, limits, logger, shutdownTimeout } = options;
  if (urls !== undefined) builder.useUrls(...listOf(urls));
  if (limits !== undefined) builder.useServer((server) => void Object.assign(server.limits, limits));
  if (logger !== undefined) builder.useLogger(logger);
  if (shutdownTimeout !== undefined) builder.useShutdownTimeout(shutdownTimeout);
  return builder;
};

/** Only addresses can still be set on a host, because it is already built. */
const withAddresses = (host: WebHost, { urls = [], ...options }: ServeOptions): WebHost => {
  for (const name of ['limits', 'logger', 'shutdownTimeout'] as const) {
    if (options[name] !== undefined) throw new ApplicationFormError('APPLICATION_OPTION_UNUSED', name);
  }
  for (const url of listOf(urls)) host.features.get(ServerAddressesFeature)?.add(url);
  return host;
};

/** A value of another type is refused by `useUrls`. */
const listOf = (urls: string | readonly string[]): readonly string[] => (typeof urls === 'object' ? urls : [urls]);
