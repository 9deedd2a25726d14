export { RoutingError, type RoutingErrorCode, routingErrors } from './errors.ts';
export { HttpRouteFeature } from './http-route-feature.ts';
export { type ResolvedRoutingOptions, type RoutingOptions, routingDefaults } from './options.ts';
export type { RouteHandler, RouteParams } from './route-handler.ts';
export type { Route, RouteSource } from './route.ts';
export { Router } from './router.ts';
export { allowedMethods, routing } from './routing.ts';
