import type { HttpApplication, HttpContext, RequestDelegate } from '@windhover/http';

/** The contract server of README.md as a handler. */
export const contract: RequestDelegate;

/** The same as an application. */
export const contractApplication: HttpApplication<HttpContext>;
