import { type HttpContext, type Middleware, type RequestDelegate, sendRejection } from '@windhover/http';
import { boundedKey } from './client-key.ts';
import { MemoryRateLimitStore } from './memory-store.ts';
import { type RateLimitingOptions, resolveRateLimitingOptions } from './options.ts';
import type { RateLimitDecision } from './rate-limiter.ts';

/**
 * Request middleware that limits the request rate of each client. Further requests are answered 429 with Retry-After,
 * and every response has fields with the remaining limit.
 *
 * @throws RateLimitingError `RATE_LIMITING_NAME_INVALID`, `RATE_LIMITING_STATUS_INVALID`
 * Source: ASP.NET Core `RateLimitingMiddleware`; RFC 6585 section 4; draft-ietf-httpapi-ratelimit-headers
 */
export const rateLimiting = (given: RateLimitingOptions): Middleware => {
  const options = resolveRateLimitingOptions(given);
  const { limiter, key, store = new MemoryRateLimitStore(), now } = options;
  const policyField = `"${options.name}";q=${limiter.limit};w=${seconds(limiter.period)}`;

  const decided = (context: HttpContext, decision: RateLimitDecision, next: RequestDelegate): void | Promise<void> => {
    if (options.fields) addFields(context, options.name, policyField, decision);
    if (decision.isAllowed) return next(context);
    const retryAfter = Math.max(1, seconds(decision.retryAfter));
    return sendRejection(context, { status: options.statusCode, retryAfter }, () =>
      options.onRejected(context, decision),
    );
  };

  return (context, next) => {
    const client = key(context);
    if (client === undefined) return next(context);
    const pending = store.update(boundedKey(client), limiter.period, (state) => limiter.take(state, now()));
    return 'then' in pending
      ? Promise.resolve(pending).then((decision) => decided(context, decision, next))
      : decided(context, pending, next);
  };
};

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

/** Adds the fields to every response, including error responses. */
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
