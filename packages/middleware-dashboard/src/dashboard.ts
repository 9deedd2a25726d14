import { readFileSync } from 'node:fs';
import { type HttpContext, HttpError, type Middleware, resolveOptions } from '@windhover/http';
import { eventStream } from '@windhover/middleware-event-stream';
import { ConnectionCountersFeature } from '@windhover/server';
import { type AccessCheck, loopbackOnly, tokenOnly } from './access.ts';
import { LiveViews } from './live-views.ts';
import { openLiveSocket } from './processes/live-socket.ts';
import { processCounts } from './processes/process-counts.ts';

/** Options of `dashboard`. */
export interface DashboardOptions {
  /** Path of the page. Default `/dashboard`. */
  readonly path?: string;
  /**
   * Clients with this token may see the page from any machine: `?token=…`, or a bearer token. At least 16 characters.
   * Default: no token, and only clients on this machine.
   */
  readonly token?: string;
  /**
   * Whether this process opens a unix socket, through which `windhover top <pid>` and the other workers of `--threads
   * n` read its counts. Only processes of the same user can open it. Default true.
   */
  readonly socket?: boolean;
}

/** The default of each option. */
export const dashboardDefaults = { path: '/dashboard', socket: true } as const satisfies DashboardOptions;

/** Maximum number of open pages of one process. */
const mostViewers = 100;

/** The files of the page. They contain nothing about the server and need no token. */
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
 * of this process and of the other workers of its supervisor. It is updated each second by server-sent events at
 * `<path>/events`. Without a viewer nothing is counted.
 *
 * @throws HttpError `HTTP_MIDDLEWARE_INVALID` for a path or a token that is not valid
 * @throws TypeError for an unknown option
 */
export const dashboard = (given: DashboardOptions = {}): Middleware => {
  const options = resolveOptions('dashboard', dashboardDefaults, given, { kinds: { token: 'any' } });
  const path = checkedPath(options.path);
  const check = options.token === undefined ? loopbackOnly : tokenOnly(checkedToken(options.token));
  if (options.socket) openLiveSocket();
  let connections: ConnectionCountersFeature | undefined;
  const views = new LiveViews();
  return (context, next) => {
    // The server has one counter for all requests, so the first request finds it.
    if (connections === undefined) {
      connections = context.features.get(ConnectionCountersFeature);
      if (connections !== undefined) processCounts.addServer(connections);
    }
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
    return response.send('The dashboard has no such page.\n');
  }
  response.contentType = 'text/html; charset=utf-8';
  const base = escaped(`${request.pathBase}${path}`);
  // A function, because `$` has a meaning in a replacement text.
  return response.send(read('index.html').replaceAll('{base}', () => base));
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Sends the views until the client leaves or the server stops. */
const stream = (context: HttpContext, views: LiveViews): void | Promise<void> => {
  if (views.viewerCount >= mostViewers) {
    context.response.statusCode = 503;
    return context.response.send(`The dashboard has ${mostViewers} viewers, which is the maximum.\n`);
  }
  const events = eventStream(context);
  if (!events.isOpen) return undefined;
  // A client that does not read gets fewer views.
  let isWaiting = false;
  const send = (event: string, data: string): void => {
    if (isWaiting) return;
    const written = events.send({ event, data });
    if (written === undefined) return;
    isWaiting = true;
    void written.then(() => (isWaiting = false));
  };
  send('history', JSON.stringify(views.history));
  const watching = views.watch((_view, json) => send('view', json));
  return events.closed.then(() => watching[Symbol.dispose]());
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
