import type { HandlerResult, HttpContext } from '@windhover/http';
import type { InferRouteParams } from 'rou3';

/**
 * The parameters of a pattern by name: text, decoded once like `request.path`, where `%2F` stays encoded. An optional
 * parameter missing in the request is `undefined`. A pattern that is not a literal type may have any parameters.
 */
export type RouteParams<Pattern extends string> = string extends Pattern
  ? Readonly<Record<string, string | undefined>>
  : Readonly<InferRouteParams<Pattern>>;

/**
 * Handles the requests of a route: sends the response, or returns a value to send. Every `RequestHandler` is a route
 * handler.
 */
export type RouteHandler<Pattern extends string = string> = (
  context: HttpContext,
  params: RouteParams<Pattern>,
) => HandlerResult | Promise<HandlerResult>;

/** A pattern with a prefix; the pattern itself if the prefix is empty, so that a router can be wrapped. */
export type Behind<Prefix extends string, Pattern extends string> = Prefix extends '' ? Pattern : `${Prefix}${Pattern}`;
