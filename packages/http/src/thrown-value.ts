import { isInstanceOf, isReadableError } from '@windhover/connections';
import { BadHttpRequestError, HttpError } from './errors.ts';

// Applications throw any value: a revoked proxy, objects whose getters or prototypes throw. Looking at a thrown value may
// therefore throw as well, and must not end the connection or the process.

/** Whether a thrown value is a `BadHttpRequestError`. Never throws. */
export const isBadRequest = (thrown: unknown): thrown is BadHttpRequestError =>
  isInstanceOf(thrown, BadHttpRequestError);

/** Whether a thrown value tells that the request was aborted. Never throws. */
export const isRequestAborted = (thrown: unknown): boolean =>
  isInstanceOf(thrown, HttpError) && attempt(() => thrown.code) === 'HTTP_REQUEST_ABORTED';

/** Whether a thrown value is an `Error`, though its properties may throw. Never throws. */
export const isError = (thrown: unknown): thrown is Error => isInstanceOf(thrown, Error);

/** A thrown value if it is an `Error` that can be passed on, else `undefined`. Never throws. */
export const errorOrNothing = (thrown: unknown): Error | undefined => (isReadableError(thrown) ? thrown : undefined);

/** Whether a value is a promise or another thenable. Never throws: a value that cannot be looked at is none. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  attempt(() => typeof (value as PromiseLike<unknown>).then === 'function') === true;

/** A property of a value that may be hostile, or `undefined`. Never throws. */
export const propertyOf = (value: unknown, name: string | symbol): unknown =>
  attempt(() => (value as Record<string | symbol, unknown> | null | undefined)?.[name]);

const attempt = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch {
    return undefined;
  }
};
