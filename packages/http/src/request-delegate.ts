import { isThenable } from '@windhover/thrown-values';
import { type HandlerResult, sendResult } from './handler-result.ts';
import type { HttpContext } from './http-context.ts';

/**
 * Processes a request, as `next` does. An asynchronous delegate returns a promise; the request ends when it settles.
 *
 * Source: Kestrel `RequestDelegate`.
 */
export type RequestDelegate = (context: HttpContext) => void | Promise<void>;

/** Handles a request: sends the response, or returns a value to send. Every `RequestDelegate` is a handler. */
export type RequestHandler = (context: HttpContext) => HandlerResult | Promise<HandlerResult>;

/**
 * Request middleware: works before and after `next(context)`, or answers the request and does not call `next`.
 * Middleware that declares only `context` ends the pipeline. A returned value is sent, as for a handler.
 *
 * Return or await the result of `next(context)`: the request ends when the returned promise settles. When `next`
 * completes, the rest of the pipeline has sent its response, including a value returned by a handler.
 *
 * Source: ASP.NET Core `IApplicationBuilder.Use(Func<HttpContext, RequestDelegate, Task>)`
 */
export type Middleware = (context: HttpContext, next: RequestDelegate) => HandlerResult | Promise<HandlerResult>;

/**
 * Wraps a handler in middleware. The first middleware runs first. Folds once: no functions are created per request.
 *
 * @param end runs when the last middleware calls `next`
 */
export const foldMiddleware = (middleware: readonly Middleware[], end: RequestHandler): RequestHandler =>
  middleware.reduceRight<RequestHandler>((inner, each) => {
    const next = sendingResults(inner);
    return (context) => each(context, next);
  }, end);

/**
 * Turns a handler into the `next` of middleware: sends the returned value, so that the response has been sent when
 * `next` completes. Costs one comparison if the handler returns nothing.
 */
export const sendingResults =
  (handler: RequestHandler): RequestDelegate =>
  (context) => {
    const result = handler(context);
    if (result === undefined) return;
    if (!isThenable(result)) return sendResult(context, result);
    return Promise.resolve(result as PromiseLike<HandlerResult>).then((value) =>
      value === undefined ? undefined : sendResult(context, value),
    );
  };
