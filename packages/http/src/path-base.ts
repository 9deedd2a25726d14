import { resolveOptions } from '@windhover/connections';
import type { HttpContext } from './http-context.ts';
import { HttpError } from './errors.ts';
import type { Middleware, RequestDelegate } from './request-delegate.ts';

/**
 * Whether a path equals the prefix or is below it. Compares whole segments and ignores case: `/API/users` is under
 * `/api`, `/apis` is not.
 *
 * Source: Kestrel `PathString.StartsWithSegments`
 */
export const isUnderPath = (path: string, prefix: string): boolean =>
  path.length >= prefix.length &&
  (path.length === prefix.length || path.charCodeAt(prefix.length) === 0x2f) &&
  path.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();

/**
 * Moves the prefix, in the spelling of the request, from `path` to `pathBase` while the delegate runs. Moves it back
 * when the delegate ends or fails.
 *
 * @param prefix must satisfy `isUnderPath` for the path
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
export interface ResolvedPathBaseOptions {
  /**
   * Handling of a request whose path is not under the path base. `pass` continues with the unchanged request, so the
   * application answers with and without the path base; `notFound` answers 404.
   */
  readonly outside: 'pass' | 'notFound';
}

/** The options as the caller passes them: all are optional. See `ResolvedPathBaseOptions` for their meaning. */
export type PathBaseOptions = Partial<ResolvedPathBaseOptions>;

export const pathBaseDefaults: ResolvedPathBaseOptions = {
  outside: 'pass', // as Kestrel UsePathBase
};

/**
 * Middleware for an application that is served under a path, e.g. behind a proxy that forwards `/shop/…`. Moves the
 * path base, in the spelling of the request, from `request.path` to `request.pathBase` for the rest of the pipeline.
 * Compares whole segments and ignores case.
 *
 * @param base decoded, as in `request.path`: `/app`, `/tenants/café`
 * @throws HttpError `HTTP_PATH_BASE_INVALID`
 * Source: ASP.NET Core `UsePathBase`
 */
export const pathBase = (base: string, given?: PathBaseOptions): Middleware => {
  if (!isPathBase(base)) throw new HttpError('HTTP_PATH_BASE_INVALID', JSON.stringify(base));
  const { outside } = resolveOptions('pathBase', pathBaseDefaults, given);
  return (context, next) => {
    if (isUnderPath(context.request.path, base)) return runUnderPath(context, base, next);
    if (outside === 'pass') return next(context);
    context.response.statusCode = 404;
  };
};

/**
 * A decoded path contains no escapes except `%2F` and no dot segments, so a path base with either would never match.
 */
const isPathBase = (base: string): boolean =>
  /^(?:\/[^/?#%]+)+$/.test(base) && !base.split('/').some((segment) => segment === '.' || segment === '..');
