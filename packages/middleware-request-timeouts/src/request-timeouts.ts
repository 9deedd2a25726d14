import {
  type HttpContext,
  HttpEventsFeature,
  HttpRequestLifetimeFeature,
  type Middleware,
  callBack,
  isRequestAborted,
  resolveOptions,
  sendProblemOrText,
} from '@windhover/http';
import { isThenable, propertyOf } from '@windhover/thrown-values';
import { RequestTimeoutsError } from './errors.ts';
import {
  type RequestTimeoutsOptions,
  type ResolvedTimeoutPolicy,
  type TimeoutClock,
  type TimeoutPolicy,
  checkTimeout,
  requestTimeoutsDefaults,
  resolveTimeoutPolicy,
} from './options.ts';
import { type RequestTimeout, RequestTimeoutFeature } from './request-timeout-feature.ts';

/**
 * Request middleware that ends requests that take too long. When the time limit expires, `context.signal` aborts with a
 * `RequestTimeoutsError` `REQUEST_TIMEOUTS_EXPIRED`, and the client gets 504. A response that has started is cut off
 * instead.
 * The middleware does not wait for the rest of the handler.
 *
 * @throws RequestTimeoutsError `REQUEST_TIMEOUTS_LIMIT_INVALID`, `REQUEST_TIMEOUTS_STATUS_INVALID`; during a request
 *   `REQUEST_TIMEOUTS_POLICY_UNKNOWN`
 * Source: ASP.NET Core `RequestTimeoutsMiddleware`
 */
export const requestTimeouts = <Name extends string = never>(given: RequestTimeoutsOptions<Name> = {}): Middleware => {
  const { defaultPolicy, policies, choose, clock } = resolveOptions('requestTimeouts', requestTimeoutsDefaults, given, {
    kinds: { policies: 'object' },
  });
  const shared: Policies = {
    clock,
    standard: resolveTimeoutPolicy(defaultPolicy),
    byName: new Map(
      Object.entries<TimeoutPolicy>(policies).map(([name, policy]) => [name, resolveTimeoutPolicy(policy)]),
    ),
  };
  const unlimited = resolveTimeoutPolicy(null);
  return (context, next) => {
    const name = choose(context);
    const policy = name === null ? unlimited : name === undefined ? shared.standard : policyNamed(shared, name);
    return new LimitedRequest(context, shared, policy).run(() => next(context));
  };
};

/** An async function could write only after the end of the response; its errors would end the process. */
const checkSynchronous = (returned: unknown): void => {
  if (!isThenable(returned)) return;
  Promise.resolve(returned).catch(() => undefined);
  throw new RequestTimeoutsError('REQUEST_TIMEOUTS_RESPONSE_ASYNC');
};

/** Codes of errors caused by the end of the response or by the abort. Errors of `isRequestAborted` are others. */
const consequences: ReadonlySet<unknown> = new Set([
  'HTTP_BODY_TOO_LATE',
  'HTTP_RESPONSE_ENDED',
  'HTTP_RESPONSE_STARTED',
  'REQUEST_TIMEOUTS_EXPIRED',
]);

interface Policies {
  readonly clock: TimeoutClock;
  readonly standard: ResolvedTimeoutPolicy;
  readonly byName: ReadonlyMap<string, ResolvedTimeoutPolicy>;
}

const policyNamed = ({ byName }: Policies, name: string): ResolvedTimeoutPolicy => {
  const policy = byName.get(name);
  if (policy === undefined) throw new RequestTimeoutsError('REQUEST_TIMEOUTS_POLICY_UNKNOWN', name);
  return policy;
};

/**
 * One request with its timer. It replaces the lifetime feature of the request, so that the signal has two reasons to
 * abort.
 */
class LimitedRequest implements RequestTimeout, HttpRequestLifetimeFeature {
  readonly #context: HttpContext;
  readonly #policies: Policies;
  readonly #outer: HttpRequestLifetimeFeature;
  #policy: ResolvedTimeoutPolicy;
  #cancelTimer: (() => void) | undefined;
  #abortion: AbortController | undefined;
  #timeout: RequestTimeoutsError | undefined;
  readonly #onTimedOut: ((reason: unknown) => void)[] = [];
  #isOver = false;
  #settle: ((outcome: undefined | RequestTimeoutsError) => void) | undefined;

  constructor(context: HttpContext, policies: Policies, policy: ResolvedTimeoutPolicy) {
    this.#context = context;
    this.#policies = policies;
    this.#policy = policy;
    this.#outer = context.features.require(HttpRequestLifetimeFeature);
    context.features.set(HttpRequestLifetimeFeature, this);
    context.features.set(RequestTimeoutFeature, this);
  }

  run(rest: () => void | Promise<void>): void | Promise<void> {
    this.#startTimer();
    let pending: void | Promise<void>;
    try {
      pending = rest();
    } catch (error) {
      this.#end();
      throw error;
    }
    if (pending !== undefined) return this.#wait(pending);
    this.#end();
  }

  // RequestTimeout

  set(policy: number | string | null): void {
    if (typeof policy === 'string') this.#policy = policyNamed(this.#policies, policy);
    else {
      checkTimeout(policy);
      this.#policy = { ...this.#policy, timeout: policy };
    }
    if (!this.#isOver) this.#startTimer();
  }

  disable(): void {
    this.set(null);
  }

  // HttpRequestLifetimeFeature

  get requestAborted(): AbortSignal {
    if (this.#abortion === undefined) {
      const abortion = new AbortController();
      this.#abortion = abortion;
      const { requestAborted: outer } = this.#outer;
      if (this.#timeout !== undefined) abortion.abort(this.#timeout);
      else if (outer.aborted) abortion.abort(outer.reason);
      else outer.addEventListener('abort', () => abortion.abort(outer.reason), { once: true });
    }
    return this.#abortion.signal;
  }

  /** After the time limit, nothing more of the handler is sent. */
  onClosed(callback: (reason: unknown) => void): void {
    let isCalled = false;
    const callOnce = (reason: unknown): void => {
      if (isCalled) return;
      isCalled = true;
      callback(reason);
    };
    this.#outer.onClosed(callOnce);
    if (this.#timeout === undefined) this.#onTimedOut.push(callOnce);
    else queueMicrotask(() => callOnce(this.#timeout));
  }

  /** A handler that aborts after its time limit must not cut off the response. */
  abort(): void {
    if (this.#timeout === undefined) this.#outer.abort();
  }

  // The race between the rest of the pipeline and the timer

  #wait(pending: PromiseLike<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = (timeout) => (timeout === undefined ? resolve() : reject(timeout));
      pending.then(
        () => {
          this.#end();
          resolve();
        },
        (error: unknown) => {
          if (this.#timeout === undefined) {
            this.#end();
            reject(error);
          } else this.#reportLate(error);
        },
      );
    });
  }

  #startTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const { timeout } = this.#policy;
    if (timeout !== null) this.#cancelTimer = this.#policies.clock.after(timeout, () => this.#timedOut());
  }

  #end(): void {
    this.#isOver = true;
    this.#cancelTimer?.();
  }

  #timedOut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const timeout = new RequestTimeoutsError('REQUEST_TIMEOUTS_EXPIRED');
    this.#timeout = timeout;
    const hasBegun = this.#context.response.hasStarted || this.#context.response.hasEnded;
    // The response is sent first, so that the handler cannot respond when the signal aborts.
    const failure = hasBegun ? timeout : this.#respond();
    this.#abortion?.abort(timeout);
    for (const callback of this.#onTimedOut) callBack(() => callback(timeout));
    this.#settle?.(failure);
  }

  /** @returns the error if the response failed */
  #respond(): RequestTimeoutsError | undefined {
    const { response } = this.#context;
    const { statusCode, writeTimeoutResponse } = this.#policy;
    try {
      response.clear();
      response.statusCode = statusCode;
      if (writeTimeoutResponse === undefined) sendProblemOrText(this.#context, { status: statusCode });
      else checkSynchronous(writeTimeoutResponse(this.#context));
      response.end();
      return undefined;
    } catch (error) {
      return error as RequestTimeoutsError;
    }
  }

  /** Reports an error after the response, unless the abort caused it. */
  #reportLate(error: unknown): void {
    if (isRequestAborted(error) || consequences.has(propertyOf(error, 'code'))) return;
    this.#context.features.get(HttpEventsFeature)?.applicationError(error, this.#context.features);
  }
}
