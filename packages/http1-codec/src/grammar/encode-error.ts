import { type Http1ErrorCode, http1Errors } from './errors.ts';

/**
 * A request that is not written, since a server that keeps to the rules would refuse it: `code` is the one with which
 * our own decoder would. The fault is the caller's, which is why this is not an `Http1Error`.
 */
export class Http1EncodeError extends Error {
  override readonly name = 'Http1EncodeError';
  readonly code: Http1ErrorCode;

  constructor(code: Http1ErrorCode, options?: ErrorOptions) {
    super(`${http1Errors[code].message} (${http1Errors[code].source})`, options);
    this.code = code;
  }
}
