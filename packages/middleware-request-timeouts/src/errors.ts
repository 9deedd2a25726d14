import { receivedText } from '@windhover/http';

/** Every code of a `RequestTimeoutsError`, with the beginning of its message. */
export const requestTimeoutsErrors = {
  REQUEST_TIMEOUTS_EXPIRED: 'the request took longer than its time limit',
  REQUEST_TIMEOUTS_LIMIT_INVALID:
    'a timeout must be an integer from 1 to 2147483647, in milliseconds, or null for none',
  REQUEST_TIMEOUTS_STATUS_INVALID: 'statusCode must be an integer from 400 to 599',
  REQUEST_TIMEOUTS_RESPONSE_ASYNC:
    'writeTimeoutResponse must not be async: it must send the response before it returns',
  REQUEST_TIMEOUTS_POLICY_UNKNOWN: 'there is no timeout policy with this name',
} as const satisfies Record<`REQUEST_TIMEOUTS_${string}`, string>;

export type RequestTimeoutsErrorCode = keyof typeof requestTimeoutsErrors;

/** The abort reason of a request that took too long, or an invalid option. Branch on `code`. */
export class RequestTimeoutsError extends Error {
  override readonly name = 'RequestTimeoutsError';
  readonly code: RequestTimeoutsErrorCode;

  constructor(code: RequestTimeoutsErrorCode, given?: unknown) {
    super(
      given === undefined
        ? requestTimeoutsErrors[code]
        : `${requestTimeoutsErrors[code]}; received ${receivedText(given)}`,
    );
    this.code = code;
  }
}
