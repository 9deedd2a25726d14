import { receivedText } from '@windhover/http';

/** Every code of a `RateLimitingError`, with the beginning of its message. */
export const rateLimitingErrors = {
  RATE_LIMITING_LIMIT_INVALID: 'a limit must be an integer of at least 1',
  RATE_LIMITING_PERIOD_INVALID: 'a period must be a number above 0, in milliseconds',
  RATE_LIMITING_SEGMENTS_INVALID: 'segments must be an integer from 1 to 60',
  RATE_LIMITING_STATUS_INVALID: 'statusCode must be an integer from 400 to 599',
  RATE_LIMITING_NAME_INVALID: 'the name of a policy must be printable ASCII without quotes and backslashes',
  RATE_LIMITING_QUEUE_INVALID: 'queueLimit must be an integer of at least 0',
  RATE_LIMITING_RETRY_INVALID: 'retryAfter must be an integer of at least 0, in seconds',
} as const satisfies Record<`RATE_LIMITING_${string}`, string>;

export type RateLimitingErrorCode = keyof typeof rateLimitingErrors;

/** An invalid option. Branch on `code`. */
export class RateLimitingError extends Error {
  override readonly name = 'RateLimitingError';
  readonly code: RateLimitingErrorCode;

  constructor(code: RateLimitingErrorCode, given: unknown) {
    super(`${rateLimitingErrors[code]}; received ${receivedText(given)}`);
    this.code = code;
  }
}

/** @throws RateLimitingError with the code, unless the value is an integer of at least `least` */
export const checkInteger = (
  code: RateLimitingErrorCode,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void => {
  if (!Number.isSafeInteger(value) || value < least || value > most) throw new RateLimitingError(code, value);
};
