import { type HttpContext, type Middleware, type RequestDelegate, sendRejection } from '@windhover/http';
import { boundedKey } from './client-key.ts';
import {
  type ConcurrencyLimitingOptions,
  type ResolvedConcurrencyLimitingOptions,
  resolveConcurrencyLimitingOptions,
} from './options.ts';

/**
 * Request middleware that limits the number of concurrent requests, of all clients or per client. Further requests wait
 * in a queue of limited length, or are answered 503 with Retry-After. A waiting request leaves the queue when its
 * client disconnects or ends its side of the connection.
 *
 * @throws RateLimitingError `RATE_LIMITING_LIMIT_INVALID`, `RATE_LIMITING_QUEUE_INVALID`, `RATE_LIMITING_RETRY_INVALID`,
 *   `RATE_LIMITING_STATUS_INVALID`
 * Source: .NET `ConcurrencyLimiter`
 */
export const concurrencyLimiting = (given: ConcurrencyLimitingOptions): Middleware => {
  const options = resolveConcurrencyLimitingOptions(given);
  /** Only keys with running requests: at most as many as connections and streams. */
  const gates = new Map<string, Gate>();
  return (context, next) => {
    const given = options.key(context);
    if (given === undefined) return next(context);
    const key = boundedKey(given);
    let gate = gates.get(key);
    if (gate === undefined) gates.set(key, (gate = new Gate(options, () => gates.delete(key))));
    return gate.pass(context, next);
  };
};

/** The requests of one key. */
class Gate {
  readonly #options: ResolvedConcurrencyLimitingOptions;
  readonly #emptied: () => void;
  #running = 0;
  /** A set keeps the order, and removes entries in constant time. */
  readonly #waiting = new Set<() => void>();

  constructor(options: ResolvedConcurrencyLimitingOptions, emptied: () => void) {
    this.#options = options;
    this.#emptied = emptied;
  }

  pass(context: HttpContext, next: RequestDelegate): void | Promise<void> {
    if (this.#running < this.#options.limit) {
      this.#running++;
      return this.#run(context, next);
    }
    if (this.#waiting.size >= this.#options.queueLimit) return this.#reject(context);
    const { signal } = context;
    return this.#wait(signal).then((isOurTurn) => {
      if (isOurTurn) return this.#run(context, next);
      throw signal.reason;
    });
  }

  /** The request counts until its response is complete. */
  #run(context: HttpContext, next: RequestDelegate): void | Promise<void> {
    context.response.onCompleted(() => this.#leave());
    return next(context);
  }

  #leave(): void {
    this.#running--;
    const [first] = this.#waiting;
    if (first !== undefined) first();
    else if (this.#running === 0) this.#emptied();
  }

  /** @returns false if the signal has aborted */
  #wait(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isOurTurn: boolean): void => {
        this.#waiting.delete(admit);
        signal.removeEventListener('abort', leave);
        // The place is taken in the same turn, so that no new request gets it first.
        if (isOurTurn) this.#running++;
        resolve(isOurTurn);
      };
      const admit = (): void => settle(true);
      const leave = (): void => settle(false);
      this.#waiting.add(admit);
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  #reject(context: HttpContext): void | Promise<void> {
    const { statusCode: status, retryAfter, onRejected } = this.#options;
    return sendRejection(context, { status, retryAfter }, () => onRejected(context));
  }
}
