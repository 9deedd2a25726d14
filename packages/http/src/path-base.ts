import type { HttpContext } from './http-context.ts';
import { HttpError } from './errors.ts';
import type { Middleware, RequestDelegate } from './request-delegate.ts';

/**
 * Whether the path is the prefix or lies below it: whole segments, compared without case. `/api` takes `/API/users`,
 * not `/apis`.
 *
 * Source: Kestrel `PathString.StartsWithSegments`
 */
export const isUnderPath = (path: string, prefix: string): boolean =>
  path.length >= prefix.length &&
  (path.length === prefix.length || path.charCodeAt(prefix.length) === 0x2f) &&
  path.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();

/**
 * Runs a delegate with the prefix moved from the path to the path base, as the request spells it, and moves it back for
 * the middleware outside, however the delegate ends.
 *
 * @param prefix one for which `isUnderPath` holds
 */
export const runUnderPath = (context: HttpContext, prefix: string, delegate: RequestDelegate): void | Promise<void> => {
  const { request } = context;
  const { path, pathBase } = request;
  const restore = (): void => {
    request.path = path;
    request.pathBase = pathBase;
  };
  request.pathBase = pathBase + path.slice(0, prefix.length);
  request.path = path.slice(prefix.length);
  let pending: void | Promise<void>;
  try {
    pending = delegate(context);
  } catch (error) {
    restore();
    throw error;
  }
  if (pending === undefined) return restore();
  return pending.finally(restore);
};

/** Options of `pathBase`. */
export interface PathBaseOptions {
  /**
   * What happens to a request whose path is not under the path base: `pass` continues with it unchanged, so that the
   * application answers with and without the path base; `notFound` answers 404.
   */
  readonly outside: 'pass' | 'notFound';
}

export const pathBaseDefaults: PathBaseOptions = {
  outside: 'pass', // as Kestrel UsePathBase
};

/**
 * Request middleware for an application that is served under a path, e.g. behind a proxy that forwards `/shop/…`: moves the
 * path base from `request.path` to `request.pathBase` for the rest of the pipeline, as the request spells it, and moves it
 * back afterwards. Whole segments match, without case.
 *
 * @param base as `request.path` shows it, decoded: `/app`, `/tenants/café`
 * @throws HttpError `HTTP_PATH_BASE_INVALID`
 * Source: ASP.NET Core `UsePathBase`
 */
export const pathBase = (base: string, given?: Partial<PathBaseOptions>): Middleware => {
  if (!isPathBase(base)) throw new HttpError('HTTP_PATH_BASE_INVALID', JSON.stringify(base));
  const { outside } = { ...pathBaseDefaults, ...given };
  return (context, next) => {
    if (isUnderPath(context.request.path, base)) return runUnderPath(context, base, next);
    if (outside === 'pass') return next(context);
    context.response.statusCode = 404;
  };
};

/** A path keeps only the escape `%2F` and no dot segments, so a path base with either would match nothing. */
const isPathBase = (base: string): boolean =>
  /^(?:\/[^/?#%]+)+$/.test(base) && !base.split('/').some((segment) => segment === '.' || segment === '..');
