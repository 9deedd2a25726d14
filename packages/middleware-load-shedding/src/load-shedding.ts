import { type HttpContext, type Middleware, afterCallback, sendProblemOrText } from '@windhover/http';
import { type LoadReason, type LoadSheddingOptions, resolveLoadSheddingOptions } from './options.ts';

/**
 * Request middleware that rejects requests with 503 and Retry-After while the process is overloaded: while the event
 * loop is late, or too many requests run. A rejection is cheap, so accepted requests stay fast. Add it first.
 *
 * @throws LoadSheddingError for an option out of its range
 */
export const loadShedding = (given: LoadSheddingOptions = {}): Middleware => {
  const { maxEventLoopDelay, maxRequests, retryAfter, exemptPaths, onRejected, delay } =
    resolveLoadSheddingOptions(given);
  const exempt = new Set(exemptPaths);
  let running = 0;
  const leave = (): void => void running--;

  const overload = (): LoadReason | undefined => {
    if (maxRequests !== null && running >= maxRequests) return 'requests';
    if (maxEventLoopDelay !== null && delay() > maxEventLoopDelay) return 'event-loop-delay';
    return undefined;
  };

  return (context, next) => {
    if (exempt.has(context.request.path)) return next(context);
    const reason = overload();
    const { response } = context;
    if (reason !== undefined) {
      response.statusCode = 503;
      response.headers.set('retry-after', retryAfter);
      return afterCallback(onRejected(context, reason), () => answer(context));
    }
    running++;
    response.onCompleted(leave);
    return next(context);
  };
};

/** Answers a rejected request that `onRejected` has not answered. */
const answer = (context: HttpContext): void => {
  const { response } = context;
  if (!response.hasEnded && !response.hasStarted) sendProblemOrText(context, { status: 503 });
};
