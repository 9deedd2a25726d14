import { type Http1ResponseErrorCode, http1ResponseErrors } from '../response/response-errors.ts';
import { type Http1ErrorCode, http1Errors } from './errors.ts';

/** Rules that only apply to senders. */
const ofEncoders = {
  HTTP1_FRAMING_NOT_ALLOWED: {
    source: 'RFC 9110 8.6, RFC 9112 6.1',
    message:
      'a response of status 1xx or 204, or of status 2xx to CONNECT, has no Content-Length and no Transfer-Encoding',
  },
} as const;

export type Http1EncodeErrorCode = Http1ErrorCode | Http1ResponseErrorCode | keyof typeof ofEncoders;

const specs = { ...http1ResponseErrors, ...http1Errors, ...ofEncoders };

/**
 * A message that cannot be encoded, because a strict recipient would refuse it. `code` is the code with which the
 * decoder of this package would refuse it, or `HTTP1_FRAMING_NOT_ALLOWED`. Not an `Http1Error`: the caller caused it,
 * so it must not be answered with 400.
 */
export class Http1EncodeError extends Error {
  override readonly name = 'Http1EncodeError';
  readonly code: Http1EncodeErrorCode;

  constructor(code: Http1EncodeErrorCode, options?: ErrorOptions) {
    super(`${specs[code].message} (${specs[code].source})`, options);
    this.code = code;
  }
}
