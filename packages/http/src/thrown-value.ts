import { BadHttpRequestError, HttpError } from './errors.ts';

// Applications throw any value: a revoked proxy, objects whose getters or prototypes throw. Looking at a thrown value may
// therefore throw as well, and must not end the connection or the process.

/** Whether a thrown value is a `BadHttpRequestError`. Never throws. */
export const isBadRequest = (thrown: unknown): thrown is BadHttpRequestError =>
  isInstance(thrown, (value) => value instanceof BadHttpRequestError);

/** Whether a thrown value says that the request was aborted. Never throws. */
export const isRequestAborted = (thrown: unknown): boolean =>
  isInstance(thrown, (value) => value instanceof HttpError && value.code === 'HTTP_REQUEST_ABORTED');

/** A thrown value if it is an `Error`, else `undefined`. Never throws. */
export const errorOrNothing = (thrown: unknown): Error | undefined =>
  isInstance(thrown, (value) => value instanceof Error) ? (thrown as Error) : undefined;

const isInstance = (thrown: unknown, test: (value: object) => boolean): boolean => {
  if (typeof thrown !== 'object' || thrown === null) return false;
  try {
    return test(thrown);
  } catch {
    return false;
  }
};

/**
 * Whether a returned value is a promise or another thenable. Never throws: a value that cannot be looked at is none.
 */
export const isThenable = (value: unknown): value is PromiseLike<unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return typeof (value as PromiseLike<unknown>).then === 'function';
  } catch {
    return false;
  }
};
