import { domainToASCII } from 'node:url';
import { type AllowedHostProblem, AllowedHosts } from '@windhover/addresses';
import { type HttpContext, type Middleware, afterCallback } from '@windhover/http';
import { HostFilteringError, type HostFilteringErrorCode } from './errors.ts';
import { type HostFilteringOptions, resolveHostFilteringOptions } from './options.ts';

/**
 * Request middleware that serves the allowed hosts and answers 400 for all others, so that requests for another name
 * that points to this server (DNS rebinding) do not reach the application. Ports are not compared.
 *
 * @throws HostFilteringError if `allowedHosts` contains an invalid host
 *
 * Source: ASP.NET Core `HostFilteringMiddleware`; RFC 9110 sections 7.2 and 7.4
 */
export const hostFiltering = (given: HostFilteringOptions): Middleware => {
  const { allowEmptyHosts, includeFailureMessage, onRefused, allowedHosts } = resolveHostFilteringOptions(given);
  const hosts = new AllowedHosts(allowedHosts.map(withALabels), asError);

  const isServed = (host: string): boolean => (host === '' ? allowEmptyHosts : hosts.allowsAny || hosts.allows(host));

  const refuse = ({ response }: HttpContext): void => {
    response.statusCode = 400;
    if (includeFailureMessage) response.send('This host is not served here.\n');
    else response.end();
  };

  // Nearly all requests have the same host, so the last served host needs no second check.
  let lastServed: string | undefined;
  return (context, next) => {
    const { host } = context.request;
    if (host === lastServed) return next(context);
    if (!isServed(host)) return afterCallback(onRefused(context), () => refuse(context));
    lastServed = host;
    return next(context);
  };
};

const beyondAscii = /[^\0-\x7f]/;
/** ASCII is limited to the characters of host names: `domainToASCII` accepts and drops many others. */
const nameInAnyScript = /^[\w.*\u0080-\u{10ffff}-]+$/u;

/** A name as sent in requests: with A-labels instead of non-ASCII characters (RFC 5890). */
const withALabels = (pattern: string): string =>
  (beyondAscii.test(pattern) && nameInAnyScript.test(pattern) && domainToASCII(pattern)) || pattern;

const codes: Readonly<Record<AllowedHostProblem, HostFilteringErrorCode>> = {
  port: 'HOST_FILTERING_PORT',
  wildcard: 'HOST_FILTERING_WILDCARD',
  host: 'HOST_FILTERING_HOST_INVALID',
};

const asError = (pattern: string, problem: AllowedHostProblem): HostFilteringError =>
  new HostFilteringError(codes[problem], pattern);
