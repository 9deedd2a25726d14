import { type HttpContext, type Middleware, ServerAddressesFeature, pathStart, reportRejection } from '@windhover/http';
import { hostName } from './host-name.ts';
import { type HttpsRedirectionOptions, resolveHttpsRedirectionOptions } from './options.ts';

/**
 * Request middleware that redirects plain HTTP requests to the same address with https. Add it after middleware that
 * checks hosts and applies forwarded fields: the target contains the host of the request, and the client of a proxy may
 * use https.
 *
 * @throws HttpsRedirectionError `HTTPS_REDIRECTION_STATUS_INVALID`, `HTTPS_REDIRECTION_PORT_INVALID`
 * Source: ASP.NET Core `HttpsRedirectionMiddleware`
 */
export const httpsRedirection = (given: HttpsRedirectionOptions = {}): Middleware => {
  const { statusCode, port, onPortUnknown } = resolveHttpsRedirectionOptions(given);
  let hasWarned = false;
  const warn = (context: HttpContext): void => {
    if (hasWarned) return;
    hasWarned = true;
    reportRejection(context, onPortUnknown(unknownPort));
  };
  return (context, next) => {
    const { request, response } = context;
    if (request.scheme === 'https') return next(context);
    const httpsPort = port ?? portOfServer(context);
    if (httpsPort === undefined) {
      warn(context);
      return next(context);
    }
    const path = pathOf(request.target);
    // `OPTIONS *` and CONNECT have no path to redirect to.
    if (path === undefined) return next(context);
    const name = hostName(request.host);
    if (name === '') return refuse(context);
    response.redirect(`https://${name}${httpsPort === 443 ? '' : `:${httpsPort}`}${path}`, statusCode);
  };
};

const unknownPort =
  'httpsRedirection does not redirect, because the server has no https address. Listen on one, or set `port` where a proxy has it.';

/** The addresses may change while the server runs. */
const portOfServer = ({ features }: HttpContext): number | undefined => {
  const address = features.get(ServerAddressesFeature)?.addresses.find(isReachable);
  if (address === undefined) return undefined;
  const colon = address.lastIndexOf(':');
  const digits = /^\d+/.exec(address.slice(colon + 1))?.[0];
  return digits === undefined ? 443 : Number(digits);
};

const isReachable = (address: string): boolean =>
  address.startsWith('https://') && !address.startsWith('https://unix:') && !address.startsWith('https://pipe:');

/** The path and query of a request target as received, without decoding and encoding again. */
const pathOf = (target: string): string | undefined => {
  const start = pathStart(target);
  if (start === -1) return undefined;
  const path = target.slice(start);
  return path.startsWith('/') ? path : `/${path}`;
};

const refuse = ({ response }: HttpContext): void => {
  response.statusCode = 400;
  response.send('The request has no Host, so it cannot be redirected to https.\n');
};
