import { type HttpContext, longestTimer, resolveOptions } from '@windhover/http';
import { RequestTimeoutsError } from './errors.ts';

/**
 * The time limit of a request, and the response if it takes longer.
 *
 * Source: ASP.NET Core `RequestTimeoutPolicy`
 */
export interface ResolvedTimeoutPolicy {
  /** Milliseconds, `null` for no limit. */
  readonly timeout: number | null;
  /** Status of the response. */
  readonly statusCode: number;
  /**
   * Sends the response, whose status is set. Default: problem details or text, depending on the Accept field. Must be
   * synchronous.
   */
  readonly writeTimeoutResponse: ((context: HttpContext) => void) | undefined;
}

/** A policy as passed by the caller: `timeout` is required. A number is the timeout alone. */
export type TimeoutPolicy = number | (Pick<ResolvedTimeoutPolicy, 'timeout'> & Partial<ResolvedTimeoutPolicy>);

/** Calls back after a time: system timers, or a fake clock in tests. */
export interface TimeoutClock {
  /** Calls back once after the given milliseconds, unless the returned function is called first. */
  after(milliseconds: number, callback: () => void): () => void;
}

/**
 * Options of `requestTimeouts`.
 *
 * Source: ASP.NET Core `RequestTimeoutOptions`
 */
export interface ResolvedRequestTimeoutsOptions<Name extends string = string> {
  /** Policy of requests without another policy; `null` for no limit. */
  readonly defaultPolicy: TimeoutPolicy | null;
  /** Policies by name. */
  readonly policies: Readonly<Record<Name, TimeoutPolicy>>;
  /** Chooses the policy of a request: a name, `null` for no limit, `undefined` for the default policy. */
  readonly choose: (context: HttpContext) => NoInfer<Name> | null | undefined;
  readonly clock: TimeoutClock;
}

/** The options as the caller passes them: all are optional. See `ResolvedRequestTimeoutsOptions` for their meaning. */
export type RequestTimeoutsOptions<Name extends string = string> = Partial<ResolvedRequestTimeoutsOptions<Name>>;

export const timeoutPolicyDefaults: Omit<ResolvedTimeoutPolicy, 'timeout'> = {
  statusCode: 504, // as ASP.NET Core TimeoutStatusCode
  writeTimeoutResponse: undefined, // as ASP.NET Core WriteTimeoutResponse
};

/** A timer does not keep the process alive: the connection of its request does. */
const systemClock: TimeoutClock = {
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

export const requestTimeoutsDefaults: ResolvedRequestTimeoutsOptions = {
  defaultPolicy: null, // as ASP.NET Core DefaultPolicy
  policies: {},
  choose: () => undefined,
  clock: systemClock,
};

/** @throws RequestTimeoutsError `REQUEST_TIMEOUTS_LIMIT_INVALID` */
export const checkTimeout = (timeout: number | null): void => {
  if (timeout === null || (Number.isInteger(timeout) && timeout >= 1 && timeout <= longestTimer)) return;
  throw new RequestTimeoutsError('REQUEST_TIMEOUTS_LIMIT_INVALID', timeout);
};

/** @throws RequestTimeoutsError `REQUEST_TIMEOUTS_LIMIT_INVALID`, `REQUEST_TIMEOUTS_STATUS_INVALID` */
export const resolveTimeoutPolicy = (given: TimeoutPolicy | null): ResolvedTimeoutPolicy => {
  const init = typeof given === 'object' && given !== null ? given : { timeout: given };
  const policy = resolveOptions('a timeout policy', timeoutPolicyDefaults, init, {
    kinds: { timeout: 'any' },
    required: ['timeout'],
  });
  checkTimeout(policy.timeout);
  const { statusCode } = policy;
  if (!Number.isInteger(statusCode) || statusCode < 400 || statusCode > 599) {
    throw new RequestTimeoutsError('REQUEST_TIMEOUTS_STATUS_INVALID', statusCode);
  }
  return policy;
};
