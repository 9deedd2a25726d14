import type { HttpContext } from '@windhover/http';
import { LazyRequest } from './lazy-request.ts';
import { ServedRequest } from './served-request.ts';

/** Which Request a fetch handler gets: the platform's, or one that becomes the platform's only where a member needs it. */
export type RequestKind = 'platform' | 'lazy';

/**
 * The Request of a context.
 *
 * @param url as `requestUrl` makes it
 * @param method that the Request shows; default the method of the request
 * @throws TypeError for a URL or a method (CONNECT, TRACE, TRACK) that the Fetch standard does not allow
 */
export const createRequest = (kind: RequestKind, context: HttpContext, url: string, method?: string): Request =>
  kind === 'lazy'
    ? (new LazyRequest(context, url, method) as unknown as Request)
    : new ServedRequest(context, url, method);
