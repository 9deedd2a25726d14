import type { Middleware, RequestDelegate } from '@windhover/http';
import { hostName } from './host-name.ts';
import { isHostAllowed, readHostPatterns } from './host-patterns.ts';
import { type GivenHostFilteringOptions, resolveHostFilteringOptions } from './options.ts';

/**
 * Request middleware that serves the hosts it is told to, and answers 400 for others: a name that somebody has pointed
 * at this server, as DNS rebinding does, reaches nothing behind it. Ports are not compared.
 *
 * @throws HostFilteringError for `allowedHosts` that cannot be meant
 *
 * Source: ASP.NET Core `HostFilteringMiddleware`; RFC 9110 sections 7.2 and 7.4
 */
export const hostFiltering = (given: GivenHostFilteringOptions): Middleware => {
  const { allowEmptyHosts, includeFailureMessage, onRefused, allowedHosts } = resolveHostFilteringOptions(given);
  const patterns = readHostPatterns(allowedHosts);

  const isServed = (host: string): boolean => {
    if (host === '') return allowEmptyHosts;
    const name = hostName(host);
    return name !== '' && isHostAllowed(name, patterns);
  };

  const refuse: RequestDelegate = (context) => {
    onRefused(context);
    const { response } = context;
    response.statusCode = 400;
    if (includeFailureMessage) response.send('This host is not served here.\n');
    else response.end();
  };

  // Nearly all requests name the same host, so the host that was served last needs no second check.
  let lastServed: string | undefined;
  return (context, next) => {
    const { host } = context.request;
    if (host === lastServed) return next(context);
    if (!isServed(host)) return refuse(context);
    lastServed = host;
    return next(context);
  };
};
