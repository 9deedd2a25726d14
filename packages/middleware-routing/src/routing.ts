import {
  type HttpContext,
  HttpExtendedConnectFeature,
  type Middleware,
  type RequestDelegate,
  resolveOptions,
} from '@windhover/http';
import { HttpRouteFeature } from './http-route-feature.ts';
import { decodedParams, lookupPath } from './lookup-path.ts';
import { type RoutingOptions, routingDefaults } from './options.ts';
import { RouteTable } from './route-table.ts';
import type { RouteSource } from './route.ts';
import { Router } from './router.ts';

/**
 * Request middleware that finds the handler for a method and a path. A request without a matching route continues with
 * the next middleware. Afterwards no route can be added to the router.
 *
 * @param routes a router, or a function that fills one
 * @throws RoutingError `ROUTING_DUPLICATE`, `ROUTING_PATTERN_INVALID` (of a pattern with its prefix), `ROUTING_CYCLE`
 *
 * Source: ASP.NET Core `UseRouting`, `UseEndpoints`
 */
export const routing = (routes: RouteSource | ((router: Router) => void), given?: RoutingOptions): Middleware => {
  const table = tableOf(routes);
  const { methodMismatch } = resolveOptions('routing', routingDefaults, given, {
    kinds: { methodMismatch: ['choice', 'respond', 'pass'] },
  });
  const respondsToMismatch = methodMismatch === 'respond';
  return (context, next) => {
    const { request } = context;
    const { path } = request;
    const lookup = lookupPath(path);
    const match = hasPath(context) ? findMatch(table, context, lookup) : undefined;
    if (match === undefined) return respondsToMismatch ? respondWithMethods([table], context, next) : next(context);
    const { pattern, handler } = match.data;
    const params = match.params === undefined ? noParams : lookup === path ? match.params : decodedParams(match.params);
    context.features.set(HttpRouteFeature, { pattern, params });
    return handler(context, params);
  };
};

/**
 * Request middleware that answers requests whose path has routes, but none for their method: 405 with the allowed
 * methods, and 204 with them for OPTIONS. For applications with several `routing(…, { methodMismatch: 'pass' })` in a
 * pipeline; add it after the last one.
 *
 * @param sources the routers of the pipeline
 * @throws RoutingError as `routing`
 */
export const allowedMethods = (...sources: readonly RouteSource[]): Middleware => {
  const tables = sources.map(tableOf);
  return (context, next) => respondWithMethods(tables, context, next);
};

const tableOf = (routes: RouteSource | ((router: Router) => void)): RouteTable => {
  const source = typeof routes === 'function' ? filled(routes) : routes;
  return new RouteTable(source.collect('', [], []));
};

const filled = (configure: (router: Router) => void): Router => {
  const router = new Router();
  configure(router);
  return router;
};

const noParams: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);

/**
 * The route for the request. A WebSocket over HTTP/2 uses extended CONNECT instead of GET, so a route for GET serves it
 * unless the path has one for CONNECT.
 *
 * Source: RFC 8441 section 5
 */
const findMatch = (table: RouteTable, { request, features }: HttpContext, lookup: string): FoundRoute | undefined => {
  const match = table.find(request.method, lookup);
  if (request.method !== 'CONNECT' || match?.data.method === 'CONNECT') return match;
  const isWebSocket = features.get(HttpExtendedConnectFeature)?.protocol?.toLowerCase() === 'websocket';
  return isWebSocket ? table.find('GET', lookup) : match;
};

type FoundRoute = NonNullable<ReturnType<RouteTable['find']>>;

/** False for `*` and the target of CONNECT. A path that a path base has consumed completely is the root. */
const hasPath = ({ request }: HttpContext): boolean => request.path !== '' || request.pathBase !== '';

/** RFC 9110 15.5.6: 405 with Allow; 9.3.7: OPTIONS with the same. */
const respondWithMethods = (
  tables: readonly RouteTable[],
  context: HttpContext,
  next: RequestDelegate,
): void | Promise<void> => {
  if (!hasPath(context)) return next(context);
  const path = lookupPath(context.request.path);
  const methods = new Set(tables.flatMap((table) => table.methodsOf(path)));
  if (methods.size === 0) return next(context);
  methods.add('OPTIONS');
  const { response } = context;
  response.statusCode = context.request.method === 'OPTIONS' ? 204 : 405;
  response.headers.set('allow', [...methods].join(', '));
};
