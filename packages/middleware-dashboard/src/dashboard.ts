import { readFileSync } from 'node:fs';
import { ConnectionLifetimeNotificationFeature } from '@windhover/connections';
import { type HttpContext, HttpError, type Middleware } from '@windhover/http';
import { ConnectionCountersFeature } from '@windhover/server';
import { type AccessCheck, loopbackOnly, tokenOnly } from './access.ts';
import { LiveViews } from './live-views.ts';

/** Options of `dashboard`. */
export interface DashboardOptions {
  /** Where the page is. Default `/dashboard`. */
  readonly path?: string;
  /**
   * Clients with this token may see the page, from anywhere: `?token=…`, or a bearer token. At least 16 characters.
   * Default: no token, and clients on this machine only.
   */
  readonly token?: string;
}

/** The default of each option. */
export const dashboardDefaults = { path: '/dashboard' } as const satisfies DashboardOptions;

/** The files of the page. They hold nothing about the server, so they need no token. */
const files = { 'style.css': 'text/css; charset=utf-8', 'dashboard.js': 'text/javascript; charset=utf-8' } as const;

const texts = new Map<string, string>();

/** Each file is read once. */
const read = (name: string): string => {
  let text = texts.get(name);
  if (text === undefined) texts.set(name, (text = readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8')));
  return text;
};

const pageFields = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * A live page of the server: connections, requests per second, latency, status codes, routes, the event loop and memory
 * of this process. It is updated each second by server-sent events at `<path>/events`. Without a viewer nothing is counted.
 *
 * @throws HttpError `HTTP_MIDDLEWARE_INVALID` for a path or a token that is not valid
 */
export const dashboard = (options: DashboardOptions = {}): Middleware => {
  const path = checkedPath(options.path ?? dashboardDefaults.path);
  const check = options.token === undefined ? loopbackOnly : tokenOnly(checkedToken(options.token));
  let connections: ConnectionCountersFeature | undefined;
  const views = new LiveViews(() => connections?.counters ?? { current: 0, upgraded: 0 });
  return (context, next) => {
    // Of the server, so the first request finds it for all.
    connections ??= context.features.get(ConnectionCountersFeature);
    const { request } = context;
    if (!request.path.startsWith(path)) return next(context);
    const rest = request.path.slice(path.length);
    if (rest !== '' && !rest.startsWith('/')) return next(context);
    if (request.method !== 'GET' && request.method !== 'HEAD') return next(context);
    return answer(context, rest, check, views, path);
  };
};

const answer = (
  context: HttpContext,
  rest: string,
  check: AccessCheck,
  views: LiveViews,
  path: string,
): void | Promise<void> => {
  const { response, request } = context;
  for (const [name, value] of Object.entries(pageFields)) response.headers.set(name, value);
  const name = rest.slice(1);
  if (Object.hasOwn(files, name)) {
    response.contentType = files[name as keyof typeof files];
    return response.send(read(name));
  }
  const refusal = check(context);
  if (refusal !== undefined) {
    response.statusCode = 403;
    return response.send(`${refusal}\n`);
  }
  if (name === 'events') return stream(context, views);
  if (name !== '') {
    response.statusCode = 404;
    return response.send('There is no such page of the dashboard.\n');
  }
  response.contentType = 'text/html; charset=utf-8';
  return response.send(read('index.html').replaceAll('{base}', escaped(`${request.pathBase}${path}`)));
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Sends the views until the client leaves or the server stops. */
const stream = async (context: HttpContext, views: LiveViews): Promise<void> => {
  const { features, response, signal } = context;
  response.contentType = 'text/event-stream';
  const closing = features.get(ConnectionLifetimeNotificationFeature)?.connectionClosedRequested;
  const end = closing === undefined ? signal : AbortSignal.any([signal, closing]);
  // A client that does not read gets fewer views.
  let pending: Promise<void> | undefined;
  const send = (event: string, data: unknown): void => {
    if (pending !== undefined || end.aborted) return;
    const written = response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (written === undefined) return;
    pending = written.then(
      () => (pending = undefined),
      () => undefined,
    ) as Promise<void>;
  };
  send('history', views.history);
  const watching = views.watch((view) => send('view', view));
  if (!end.aborted) await new Promise((resolve) => end.addEventListener('abort', resolve, { once: true }));
  watching[Symbol.dispose]();
};

const checkedPath = (path: string): string => {
  if (/^(?:\/[\w.~-]+)+$/.test(path)) return path;
  throw new HttpError(
    'HTTP_MIDDLEWARE_INVALID',
    `dashboard: path must be like /dashboard; received ${JSON.stringify(path)}`,
  );
};

const checkedToken = (token: string): string => {
  if (token.length >= 16) return token;
  throw new HttpError(
    'HTTP_MIDDLEWARE_INVALID',
    `dashboard: token must have at least 16 characters; received ${token.length}`,
  );
};
