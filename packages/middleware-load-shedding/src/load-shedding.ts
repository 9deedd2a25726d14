import { type Middleware, sendRejection } from '@windhover/http';
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
    if (reason !== undefined)
      return sendRejection(context, { status: 503, retryAfter }, () => onRejected(context, reason));
    running++;
    context.response.onCompleted(leave);
    return next(context);
  };
};
