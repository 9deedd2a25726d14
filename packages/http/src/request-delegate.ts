import type { HttpContext } from './http-context.ts';

/** Handles a request. Source: Kestrel `RequestDelegate`. */
export type RequestDelegate = (context: HttpContext) => void | Promise<void>;

/** Wraps what comes after it; called once when the pipeline is built. Source: Kestrel `IApplicationBuilder.Use`. */
export type Middleware = (next: RequestDelegate) => RequestDelegate;
