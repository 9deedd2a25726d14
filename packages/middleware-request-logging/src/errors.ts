import { receivedText } from '@windhover/http';

/** Every code of a `RequestLoggingError`, with the beginning of its message. */
export const requestLoggingErrors = {
  REQUEST_LOGGING_FORMAT_UNKNOWN: 'format must be json, text, common, combined, w3c or a function',
  REQUEST_LOGGING_QUEUE_INVALID: 'maxQueuedSize must be an integer of at least 1',
  REQUEST_LOGGING_SAMPLING_INVALID: 'sampling must be a number from 0 to 1',
} as const satisfies Record<`REQUEST_LOGGING_${string}`, string>;

export type RequestLoggingErrorCode = keyof typeof requestLoggingErrors;

/** An invalid option of `requestLogging`. Branch on `code`. */
export class RequestLoggingError extends Error {
  override readonly name = 'RequestLoggingError';
  readonly code: RequestLoggingErrorCode;

  constructor(code: RequestLoggingErrorCode, given: unknown) {
    super(`${requestLoggingErrors[code]}; received ${receivedText(given)}`);
    this.code = code;
  }
}
