import { type Middleware, foldMiddleware } from '@windhover/http';
import { HttpRouteFeature } from './http-route-feature.ts';
import type { RouteHandler } from './route-handler.ts';

/** A route with its prefixes and middleware. */
export interface Route {
  /** Empty for every method. */
  readonly method: string;
  readonly pattern: string;
  readonly handler: RouteHandler;
}

/** A source of routes, e.g. a `Router`. */
export interface RouteSource {
  /**
   * Returns all routes with the given prefix and middleware.
   *
   * @param way the sources that contain this one
   */
  collect(prefix: string, outer: readonly Middleware[], way: readonly RouteSource[]): Route[];
}

/** Wraps a handler in middleware; the first middleware is the outermost. */
export const surrounded = (handler: RouteHandler, middleware: readonly Middleware[]): RouteHandler => {
  if (middleware.length === 0) return handler;
  return foldMiddleware(middleware, (context) => handler(context, context.features.require(HttpRouteFeature).params));
};
