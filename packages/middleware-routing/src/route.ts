import { type Middleware, foldMiddleware } from '@windhover/http';
import { HttpRouteFeature } from './http-route-feature.ts';
import type { RouteHandler } from './route-handler.ts';

/** A route with everything that surrounds it. */
export interface Route {
  /** Empty for every method. */
  readonly method: string;
  readonly pattern: string;
  readonly handler: RouteHandler;
}

/** Whatever has routes to give, as a `Router` does. */
export interface RouteSource {
  /**
   * All routes, behind the prefix and with the middleware around them.
   *
   * @param way the sources that this one is mounted in
   */
  collect(prefix: string, outer: readonly Middleware[], way: readonly RouteSource[]): Route[];
}

/** Puts middleware around a handler, the first outermost. */
export const surrounded = (handler: RouteHandler, middleware: readonly Middleware[]): RouteHandler => {
  if (middleware.length === 0) return handler;
  return foldMiddleware(middleware, (context) => handler(context, context.features.require(HttpRouteFeature).params));
};
