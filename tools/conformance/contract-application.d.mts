import type { HttpApplication, HttpContext, RequestDelegate } from '@windhover/http';

/** The contract server of README.md as a handler; `deflate` compresses the messages of its WebSockets. */
export const contractWith: (options?: { readonly deflate?: boolean }) => RequestDelegate;

/** The same with every default. */
export const contract: RequestDelegate;

/** The same as an application. */
export const contractApplication: HttpApplication<HttpContext>;
