import { isThenable } from '@windhover/thrown-values';
import { type HandlerResult, sendResult } from './handler-result.ts';
import type { HttpContext } from './http-context.ts';

/**
 * Continues with a request, as `next` does. A delegate that waits for something returns a promise; the request ends when it
 * settles.
 *
 * Source: Kestrel `RequestDelegate`.
 */
export type RequestDelegate = (context: HttpContext) => void | Promise<void>;

/** Handles a request: sends the response, or returns a value that is sent. Every `RequestDelegate` is one. */
export type RequestHandler = (context: HttpContext) => HandlerResult | Promise<HandlerResult>;

/**
 * Request middleware: works before and after `next(context)`, or answers the request and does not call `next`. Middleware
 * that declares only `context` ends the pipeline. A value that middleware returns is sent, as that of a handler.
 *
 * Pass on what `next(context)` returns, or await it: the request ends when the returned promise settles, and the response of
 * the rest of the pipeline is sent by then, also where a handler has returned it.
 *
 * Source: ASP.NET Core `IApplicationBuilder.Use(Func<HttpContext, RequestDelegate, Task>)`
 */
export type Middleware = (context: HttpContext, next: RequestDelegate) => HandlerResult | Promise<HandlerResult>;

/**
 * Puts middleware around a handler. The first middleware runs first. Folds once: no function is made per request.
 *
 * @param end runs when the last middleware calls `next`
 */
export const foldMiddleware = (middleware: readonly Middleware[], end: RequestHandler): RequestHandler =>
  middleware.reduceRight<RequestHandler>((inner, each) => {
    const next = sendingResults(inner);
    return (context) => each(context, next);
  }, end);

/**
 * The delegate that middleware gets for the rest of the pipeline: sends the value that a handler returns, so that
 * middleware finds the response sent. Costs a comparison where the handler returns nothing.
 */
export const sendingResults =
  (handler: RequestHandler): RequestDelegate =>
  (context) => {
    const result = handler(context);
    if (result === undefined) return;
    if (!isThenable(result)) return sendResult(context, result);
    return (result as Promise<HandlerResult>).then((value) =>
      value === undefined ? undefined : sendResult(context, value),
    );
  };
