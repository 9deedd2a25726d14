import { type Middleware, type RequestDelegate, isUnderPath, runUnderPath } from '@windhover/http';
import { PathBaseError } from './errors.ts';
import { type PathBaseOptions, pathBaseDefaults } from './options.ts';

/**
 * Request middleware for an application that lives under a path: moves the path base from `request.path` to
 * `request.pathBase`, as the request spells it, for what comes next, and moves it back behind it. Whole segments match,
 * without case.
 *
 * @param base as `request.path` shows it: `/app`, `/tenants/café`
 * @throws PathBaseError `PATH_BASE_INVALID`
 *
 * Source: Kestrel `UsePathBase`
 */
export const pathBase = (base: string, given?: Partial<PathBaseOptions>): Middleware => {
  if (!isPathBase(base)) throw new PathBaseError('PATH_BASE_INVALID', base);
  const { outside } = { ...pathBaseDefaults, ...given };
  return (context, next) => {
    if (isUnderPath(context.request.path, base)) return runUnderPath(context, base, next);
    return outside === 'pass' ? next(context) : notFound(context);
  };
};

const notFound: RequestDelegate = ({ response }) => {
  response.statusCode = 404;
};

/** Of escapes only `%2F` is left in a path, and dot segments are not: a path base with either would match nothing. */
const isPathBase = (base: string): boolean =>
  /^(?:\/[^/?#%]+)+$/.test(base) && !base.split('/').some((segment) => segment === '.' || segment === '..');
