import type { HttpApplication, HttpContext, RequestDelegate } from '@windhover/http';

/** The contract server of README.md as a handler; `deflate` enables compression of WebSocket messages. */
export const contractWith: (options?: { readonly deflate?: boolean }) => RequestDelegate;

/** The handler with all defaults. */
export const contract: RequestDelegate;

/** The handler as an application. */
export const contractApplication: HttpApplication<HttpContext>;
