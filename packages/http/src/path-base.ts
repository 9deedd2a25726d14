import type { HttpContext } from './http-context.ts';
import type { RequestDelegate } from './request-delegate.ts';

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
