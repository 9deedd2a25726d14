import { receivedText } from '@windhover/http';

/** Every code of an `HttpsRedirectionError`, with the beginning of its message. */
export const httpsRedirectionErrors = {
  HTTPS_REDIRECTION_STATUS_INVALID: 'statusCode must be 307, 308, 301 or 302',
  HTTPS_REDIRECTION_PORT_INVALID: 'port must be an integer from 1 to 65535',
  HTTPS_REDIRECTION_HSTS_MAX_AGE_INVALID: 'maxAge must be an integer of at least 0, in seconds',
} as const satisfies Record<`HTTPS_REDIRECTION_${string}`, string>;

export type HttpsRedirectionErrorCode = keyof typeof httpsRedirectionErrors;

/** An invalid option of `httpsRedirection` or `hsts`. Branch on `code`. */
export class HttpsRedirectionError extends Error {
  override readonly name = 'HttpsRedirectionError';
  readonly code: HttpsRedirectionErrorCode;

  constructor(code: HttpsRedirectionErrorCode, given: unknown) {
    super(`${httpsRedirectionErrors[code]}; received ${receivedText(given)}`);
    this.code = code;
  }
}
