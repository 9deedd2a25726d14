import type { HandlerResult, HttpContext } from '@windhover/http';
import type { InferRouteParams } from 'rou3';

/**
 * The parameters of a pattern, by name: text, decoded once like `request.path`, where `%2F` stays. Those that a request may
 * leave out are `undefined` then. A pattern that is not known to the type checker may have any.
 */
export type RouteParams<Pattern extends string> = string extends Pattern
  ? Readonly<Record<string, string | undefined>>
  : Readonly<InferRouteParams<Pattern>>;

/** Handles the requests of a route: sends the response, or returns a value that is sent. Every `RequestHandler` is one. */
export type RouteHandler<Pattern extends string = string> = (
  context: HttpContext,
  params: RouteParams<Pattern>,
) => HandlerResult | Promise<HandlerResult>;

/** A pattern behind a prefix; itself where there is none, so that a router can be wrapped. */
export type Behind<Prefix extends string, Pattern extends string> = Prefix extends '' ? Pattern : `${Prefix}${Pattern}`;
