import type { Middleware } from '@windhover/http';
import { hostName } from './host-name.ts';
import { type HstsOptions, resolveHstsOptions } from './options.ts';

/**
 * Request middleware that adds Strict-Transport-Security to responses over https, including error responses: browsers
 * then no longer use plain HTTP for this host.
 *
 * @throws HttpsRedirectionError `HTTPS_REDIRECTION_HSTS_MAX_AGE_INVALID`
 * Source: ASP.NET Core `HstsMiddleware`; RFC 6797
 */
export const hsts = (given: HstsOptions = {}): Middleware => {
  const { maxAge, includeSubDomains, preload, excludedHosts } = resolveHstsOptions(given);
  const value = `max-age=${maxAge}${includeSubDomains ? '; includeSubDomains' : ''}${preload ? '; preload' : ''}`;
  const excluded = new Set(excludedHosts.map((host) => host.toLowerCase()));
  return (context, next) => {
    const { request, response } = context;
    // RFC 6797 7.2: not over plain HTTP.
    if (request.scheme === 'https' && !excluded.has(hostName(request.host).toLowerCase())) {
      response.onStarting(() => response.headers.set('strict-transport-security', value), { alsoOnError: true });
    }
    return next(context);
  };
};
