import { isThenable } from '@windhover/thrown-values';
import { HttpEventsFeature } from './features/http-events.ts';
import type { HttpContext } from './http-context.ts';

/**
 * Continues after a callback in the options of a middleware, which may be async: a rejection that is not awaited would end
 * the process.
 *
 * @param returned the result of the callback
 * @param rest not called if the callback has rejected
 * @returns the result of `rest`, or a promise of it that rejects with the error of the callback
 */
export const afterCallback = <T>(returned: unknown, rest: () => T): T | Promise<Awaited<T>> =>
  isThenable(returned) ? (Promise.resolve(returned).then(() => rest()) as Promise<Awaited<T>>) : rest();

/**
 * Reports the rejection of a callback that is not awaited as an error of the application. Does nothing for other results.
 *
 * @param returned the result of the callback
 */
export const reportRejection = ({ features }: HttpContext, returned: unknown): void => {
  if (!isThenable(returned)) return;
  Promise.resolve(returned).catch((error: unknown) =>
    features.get(HttpEventsFeature)?.applicationError(error, features),
  );
};
