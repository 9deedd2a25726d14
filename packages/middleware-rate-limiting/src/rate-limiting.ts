import { type HttpContext, type Middleware, type RequestDelegate, sendProblemOrText } from '@windhover/http';
import { boundedKey } from './client-key.ts';
import { MemoryRateLimitStore } from './memory-store.ts';
import { type GivenRateLimitingOptions, type RateLimitingOptions, resolveRateLimitingOptions } from './options.ts';
import type { RateLimitDecision } from './rate-limiter.ts';

/**
 * Request middleware that limits the number of requests of each client in a time. Further ones are answered 429 with
 * Retry-After, and every response says how much of the limit remains.
 *
 * @throws RateLimitingError `RATE_LIMITING_NAME_INVALID`, `RATE_LIMITING_STATUS_INVALID`
 * Source: ASP.NET Core `RateLimitingMiddleware`; RFC 6585 section 4; draft-ietf-httpapi-ratelimit-headers
 */
export const rateLimiting = (given: GivenRateLimitingOptions): Middleware => {
  const options = resolveRateLimitingOptions(given);
  const { limiter, key, store = new MemoryRateLimitStore(), now } = options;
  const policyField = `"${options.name}";q=${limiter.limit};w=${seconds(limiter.period)}`;

  const isRejected = (context: HttpContext, decision: RateLimitDecision): boolean => {
    if (options.fields) addFields(context, options.name, policyField, decision);
    if (decision.isAllowed) return false;
    reject(context, options, decision);
    return true;
  };

  const decideLater = async (
    context: HttpContext,
    pending: Promise<RateLimitDecision>,
    next: RequestDelegate,
  ): Promise<void> => {
    if (!isRejected(context, await pending)) await next(context);
  };

  return (context, next) => {
    const client = key(context);
    if (client === undefined) return next(context);
    const pending = store.update(boundedKey(client), limiter.period, (state) => limiter.take(state, now()));
    if (pending instanceof Promise) return decideLater(context, pending, next);
    return isRejected(context, pending) ? undefined : next(context);
  };
};

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

/** On every response, also to an error. */
const addFields = (
  { response }: HttpContext,
  name: string,
  policyField: string,
  { remaining, resetAfter }: RateLimitDecision,
): void =>
  response.onStarting(
    () => {
      // Several limits in one pipeline are members of one list.
      response.headers.append('ratelimit-policy', policyField);
      response.headers.append('ratelimit', `"${name}";r=${remaining};t=${seconds(resetAfter)}`);
    },
    { alsoOnError: true },
  );

const reject = (
  context: HttpContext,
  { statusCode, onRejected }: RateLimitingOptions,
  decision: RateLimitDecision,
): void => {
  const { response } = context;
  response.statusCode = statusCode;
  response.headers.set('retry-after', Math.max(1, seconds(decision.retryAfter)));
  onRejected(context, decision);
  if (!response.hasEnded && !response.hasStarted) sendProblemOrText(context, { status: statusCode });
};
