import { receivedText } from '@windhover/http';

/** Every code of a `LoadSheddingError`, with the beginning of its message. */
export const loadSheddingErrors = {
  LOAD_SHEDDING_DELAY_INVALID: 'maxEventLoopDelay must be a number above 0, in milliseconds, or null for no limit',
  LOAD_SHEDDING_REQUESTS_INVALID: 'maxRequests must be an integer of at least 1, or null for no limit',
  LOAD_SHEDDING_RETRY_INVALID: 'retryAfter must be an integer of at least 0, in seconds',
} as const satisfies Record<`LOAD_SHEDDING_${string}`, string>;

export type LoadSheddingErrorCode = keyof typeof loadSheddingErrors;

/** An invalid option of `loadShedding`. Branch on `code`. */
export class LoadSheddingError extends Error {
  override readonly name = 'LoadSheddingError';
  readonly code: LoadSheddingErrorCode;

  constructor(code: LoadSheddingErrorCode, given: unknown) {
    super(`${loadSheddingErrors[code]}; received ${receivedText(given)}`);
    this.code = code;
  }
}
