import type { HttpContext, Middleware, RequestDelegate } from '@windhover/http';
import { HttpRouteFeature } from './http-route-feature.ts';
import { decodedParams, lookupPath } from './lookup-path.ts';
import { type RoutingOptions, routingDefaults } from './options.ts';
import { RouteTable } from './route-table.ts';
import type { RouteSource } from './route.ts';
import { Router } from './router.ts';

/**
 * Request middleware that finds the handler for a method and a path. What no route matches goes on to the next.
 *
 * @param routes a router, or a function that fills one
 *
 * The pipeline's `build` throws RoutingError `ROUTE_DUPLICATE`, `ROUTE_PATTERN_INVALID` (of a pattern behind its prefix)
 * and `ROUTE_CYCLE`.
 *
 * Source: ASP.NET Core `UseRouting`, `UseEndpoints`
 */
export const routing = (
  routes: RouteSource | ((router: Router) => void),
  given?: Partial<RoutingOptions>,
): Middleware => {
  const source = typeof routes === 'function' ? filled(routes) : routes;
  const { otherMethods } = { ...routingDefaults, ...given };
  return (next) => {
    const table = new RouteTable(source.collect('', [], []));
    const withoutRoute = otherMethods === 'answer' ? answerOtherMethods(table, next) : next;
    return (context) => {
      const { request } = context;
      const { path } = request;
      const lookup = lookupPath(path);
      const match = hasPath(context) ? table.find(request.method, lookup) : undefined;
      if (match === undefined) return withoutRoute(context);
      const { pattern, handler } = match.data;
      const params =
        match.params === undefined ? noParams : lookup === path ? match.params : decodedParams(match.params);
      context.features.set(HttpRouteFeature, { pattern, params });
      return handler(context, params);
    };
  };
};

const filled = (configure: (router: Router) => void): Router => {
  const router = new Router();
  configure(router);
  return router;
};

const noParams: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);

/** The targets `*` and of CONNECT have none. Where a path base has taken all of it, it is the root. */
const hasPath = ({ request }: HttpContext): boolean => request.path !== '' || request.pathBase !== '';

/** RFC 9110 15.5.6: 405 with Allow; 9.3.7: OPTIONS with the same. */
const answerOtherMethods =
  (table: RouteTable, next: RequestDelegate): RequestDelegate =>
  (context) => {
    const methods = hasPath(context) ? table.methodsOf(lookupPath(context.request.path)) : [];
    if (methods.length === 0) return next(context);
    if (!methods.includes('OPTIONS')) methods.push('OPTIONS');
    const { response } = context;
    response.statusCode = context.request.method === 'OPTIONS' ? 204 : 405;
    response.headers.set('allow', methods.join(', '));
  };
