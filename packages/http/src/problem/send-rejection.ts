import { afterCallback } from '../after-callback.ts';
import type { HttpContext } from '../http-context.ts';
import { sendProblemOrText } from './problem-details.ts';

/** The response to a request that a middleware does not let through. */
export interface Rejection {
  readonly status: number;
  /** Value of the Retry-After field, in seconds. */
  readonly retryAfter: number;
}

/**
 * Answers a rejected request, unless `onRejected` answers it.
 *
 * @param onRejected returns a promise if it is async; the request is answered after it
 */
export const sendRejection = (
  context: HttpContext,
  { status, retryAfter }: Rejection,
  onRejected: () => void | Promise<void>,
): void | Promise<void> => {
  const { response } = context;
  response.statusCode = status;
  response.headers.set('retry-after', retryAfter);
  return afterCallback(onRejected(), () => {
    if (!response.hasEnded && !response.hasStarted) sendProblemOrText(context, { status });
  });
};
