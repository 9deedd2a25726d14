import type { HttpContext } from '@windhover/http';

/** Methods that the Fetch standard forbids: no Request can have them. */
const forbidden: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** Methods that a Request always has in upper case. */
const normalized: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

/**
 * The status that answers a method which no Request can have; `undefined` for every other method. Methods are
 * case-sensitive: a Request would turn `post` into `POST`, a method that the client did not send and that middleware has
 * not checked.
 *
 * Source: Fetch standard, section 2.2.1; RFC 9110 section 9.1
 */
export const refusedMethod = (method: string): 405 | 501 | undefined => {
  if (forbidden.has(method)) return method === 'CONNECT' ? 501 : 405;
  const upperCase = method.toUpperCase();
  return method !== upperCase && (forbidden.has(upperCase) || normalized.has(upperCase)) ? 501 : undefined;
};

/** Answers a request for which there is no Request. */
export const refuse = ({ response }: HttpContext, statusCode: 400 | 405 | 501): undefined => {
  response.statusCode = statusCode;
  if (statusCode === 405) response.headers.set('allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
  response.end();
};
