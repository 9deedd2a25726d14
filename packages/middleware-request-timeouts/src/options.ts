import type { HttpContext } from '@windhover/http';
import { RequestTimeoutsError } from './errors.ts';

/**
 * The time limit of a request, and the response if it takes longer.
 *
 * Source: ASP.NET Core `RequestTimeoutPolicy`
 */
export interface TimeoutPolicy {
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

/** A policy as passed by the caller, or only its milliseconds. */
export type GivenTimeoutPolicy = number | (Pick<TimeoutPolicy, 'timeout'> & Partial<TimeoutPolicy>);

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
export interface RequestTimeoutsOptions<Name extends string = string> {
  /** Policy of requests without another policy; `null` for no limit. */
  readonly defaultPolicy: GivenTimeoutPolicy | null;
  /** Policies by name. */
  readonly policies: Readonly<Record<Name, GivenTimeoutPolicy>>;
  /** Chooses the policy of a request: a name, `null` for no limit, `undefined` for the default policy. */
  readonly choose: (context: HttpContext) => NoInfer<Name> | null | undefined;
  readonly clock: TimeoutClock;
}

export const timeoutPolicyDefaults: Omit<TimeoutPolicy, 'timeout'> = {
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

export const requestTimeoutsDefaults: RequestTimeoutsOptions = {
  defaultPolicy: null, // as ASP.NET Core DefaultPolicy
  policies: {},
  choose: () => undefined,
  clock: systemClock,
};

/** The longest timer of Node.js in milliseconds. */
const maxTimeout = 2_147_483_647;

/** @throws RequestTimeoutsError `REQUEST_TIMEOUTS_LIMIT_INVALID` */
export const checkTimeout = (timeout: number | null): void => {
  if (timeout === null || (Number.isInteger(timeout) && timeout >= 1 && timeout <= maxTimeout)) return;
  throw new RequestTimeoutsError('REQUEST_TIMEOUTS_LIMIT_INVALID', timeout);
};

/** @throws RequestTimeoutsError `REQUEST_TIMEOUTS_LIMIT_INVALID`, `REQUEST_TIMEOUTS_STATUS_INVALID` */
export const resolveTimeoutPolicy = (given: GivenTimeoutPolicy | null): TimeoutPolicy => {
  const init = typeof given === 'object' && given !== null ? given : { timeout: given };
  const policy = { ...timeoutPolicyDefaults, ...init };
  checkTimeout(policy.timeout);
  const { statusCode } = policy;
  if (!Number.isInteger(statusCode) || statusCode < 400 || statusCode > 599) {
    throw new RequestTimeoutsError('REQUEST_TIMEOUTS_STATUS_INVALID', statusCode);
  }
  return policy;
};
