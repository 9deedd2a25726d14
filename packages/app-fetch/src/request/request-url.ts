import { formatEndpoint } from '@windhover/connections';
import type { HttpContext } from '@windhover/http';

/**
 * The URL of a request as unvalidated text: scheme of the connection, authority of the Host field, and the request
 * target as received. Without a Host (HTTP/1.0) the authority is the local address of the connection, or `localhost`.
 *
 * Source: RFC 9110 section 7.1; RFC 9112 section 3.3
 */
export const requestUrl = (context: HttpContext): string => {
  const { request } = context;
  return `${request.scheme}://${request.host || reachedAddress(context)}${pathAndQuery(request.target)}`;
};

const reachedAddress = ({ connection }: HttpContext): string => {
  const local = connection.localEndpoint;
  return local?.kind === 'ip' ? formatEndpoint(local) : 'localhost';
};

/**
 * The target from its path on. The asterisk form (`OPTIONS *`) has no path; its URL has `/*`, as in Deno. With the path `/` it
 * could not be distinguished from `OPTIONS /`.
 */
const pathAndQuery = (target: string): string => {
  if (target.startsWith('/')) return target;
  const scheme = target.indexOf('://');
  if (scheme < 0) return `/${target}`;
  const path = target.slice(scheme + 3).search(/[/?]/);
  if (path < 0) return '/';
  const rest = target.slice(scheme + 3 + path);
  return rest.startsWith('/') ? rest : `/${rest}`;
};
