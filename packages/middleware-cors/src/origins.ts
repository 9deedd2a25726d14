import type { HttpContext } from '@windhover/http';
import { CorsError } from './errors.ts';
import type { CorsPolicy } from './policy.ts';

/** Whether an origin, as spelled in the request, is allowed. */
export type OriginTest = (origin: string, context: HttpContext) => boolean;

/** @throws CorsError `CORS_ORIGIN_INVALID`, `CORS_ORIGIN_NULL` */
export const originTest = (origins: CorsPolicy['origins']): OriginTest => {
  if (origins === '*') return () => true;
  if (typeof origins === 'function') {
    const allows: (...given: Parameters<OriginTest>) => unknown = origins;
    // Only `true` allows: otherwise the promise of an async function would allow every origin.
    return (origin, context) => allows(origin, context) === true;
  }
  for (const origin of origins) {
    if (typeof origin !== 'string') throw new CorsError('CORS_ORIGIN_INVALID', String(origin));
  }
  const exact = new Set(origins.filter((origin) => !isWildcard(origin)).map(serialized));
  const domains = origins.filter(isWildcard).map(domainTest);
  return (origin) => exact.has(origin) || domains.some((contains) => contains(origin));
};

const isWildcard = (origin: string): boolean => origin.includes('://*.');

/** The origin as browsers write it: in lower case, without the default port (RFC 6454 section 6.2). */
const serialized = (text: string): string => {
  if (text === 'null') throw new CorsError('CORS_ORIGIN_NULL');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // A URL that is only an origin equals its origin, followed by a slash at most.
  if (
    url === undefined ||
    text.includes('*') ||
    url.origin === 'null' ||
    url.href !== `${url.origin}/` ||
    text.endsWith('/')
  ) {
    throw new CorsError('CORS_ORIGIN_INVALID', text);
  }
  return url.origin;
};

/** Matches names below a domain, at any depth, but not the domain itself. Scheme and port must be equal. */
const domainTest = (pattern: string): ((origin: string) => boolean) => {
  const { protocol, host } = new URL(serialized(pattern.replace('://*.', '://')));
  const prefix = `${protocol}//`;
  const suffix = `.${host}`;
  return (origin) =>
    origin.length > prefix.length + suffix.length &&
    origin.startsWith(prefix) &&
    origin.endsWith(suffix) &&
    isHostName(origin.slice(prefix.length, -suffix.length));
};

/** An origin ends with its port, so a name without `/`, `@` and `:` before the suffix is part of the host. */
const isHostName = (text: string): boolean => /^[\w.-]+$/.test(text);
