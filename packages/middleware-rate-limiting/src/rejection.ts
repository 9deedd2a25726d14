import { type HttpContext, afterCallback, sendProblemOrText } from '@windhover/http';

/**
 * Answers a rejected request, unless `onRejected` answers it.
 *
 * @param retryAfter in seconds
 * @param onRejected returns a promise if it is async; the request is answered after it
 */
export const reject = (
  context: HttpContext,
  statusCode: number,
  retryAfter: number,
  onRejected: () => void | Promise<void>,
): void | Promise<void> => {
  const { response } = context;
  response.statusCode = statusCode;
  response.headers.set('retry-after', retryAfter);
  return afterCallback(onRejected(), () => {
    if (!response.hasEnded && !response.hasStarted) sendProblemOrText(context, { status: statusCode });
  });
};
