import type { HttpContext } from './http-context.ts';

/**
 * Handles a request. A delegate that waits for something returns a promise; the request ends when it settles.
 *
 * Source: Kestrel `RequestDelegate`.
 */
export type RequestDelegate = (context: HttpContext) => void | Promise<void>;

/**
 * Request middleware: works before and after `next(context)`, or answers the request and does not call `next`. Middleware
 * that declares only `context` ends the pipeline.
 *
 * Pass on what `next(context)` returns, or await it: the request ends when the returned promise settles.
 *
 * Source: ASP.NET Core `IApplicationBuilder.Use(Func<HttpContext, RequestDelegate, Task>)`
 */
export type Middleware = (context: HttpContext, next: RequestDelegate) => void | Promise<void>;

/**
 * Puts middleware around a delegate. The first middleware runs first. Folds once: no function is made per request.
 *
 * @param end runs when the last middleware calls `next`
 */
export const foldMiddleware = (middleware: readonly Middleware[], end: RequestDelegate): RequestDelegate =>
  middleware.reduceRight<RequestDelegate>((next, each) => (context) => each(context, next), end);
