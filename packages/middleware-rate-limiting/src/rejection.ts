import { type HttpContext, sendProblemOrText } from '@windhover/http';

/** Answers a rejected request, unless `onRejected` answers it. @param retryAfter in seconds */
export const reject = (context: HttpContext, statusCode: number, retryAfter: number, onRejected: () => void): void => {
  const { response } = context;
  response.statusCode = statusCode;
  response.headers.set('retry-after', retryAfter);
  onRejected();
  if (!response.hasEnded && !response.hasStarted) sendProblemOrText(context, { status: statusCode });
};
