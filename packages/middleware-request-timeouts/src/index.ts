export { RequestTimeoutsError, type RequestTimeoutsErrorCode, requestTimeoutsErrors } from './errors.ts';
export {
  type RequestTimeoutsOptions,
  type ResolvedRequestTimeoutsOptions,
  type ResolvedTimeoutPolicy,
  type TimeoutClock,
  type TimeoutPolicy,
  requestTimeoutsDefaults,
  timeoutPolicyDefaults,
} from './options.ts';
export { type RequestTimeout, RequestTimeoutFeature, requestTimeoutOf } from './request-timeout-feature.ts';
export { requestTimeouts } from './request-timeouts.ts';
