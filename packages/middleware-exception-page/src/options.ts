import { type HttpContext, isBadRequest } from '@windhover/http';
import type { ProblemDetails } from './problem-details.ts';

/** Options of `exceptionPage`. */
export interface ExceptionPageOptions {
  /**
   * Whether the answer shows the error, with stack, source and request: for developers, never for the public. Otherwise it
   * has the status and nothing of the error.
   */
  readonly details: boolean;
  /**
   * Whether an error that has a `status` or `statusCode` from 400 to 499, as those of many libraries do, is answered with
   * it. A `BadHttpRequestError` always is.
   */
  readonly useErrorStatus: boolean;
  /** Names of request fields whose values are not shown, in lower case. */
  readonly maskedFields: readonly string[];
  /**
   * Told of each error that is answered here: the server does not see it any more. The default writes it to stderr, unless
   * it is a `BadHttpRequestError`, which is the peer's fault. What it throws goes to the server instead.
   */
  readonly onError: (error: unknown, context: HttpContext) => void;
  /** Makes other problem details of these, e.g. with a `type` that your documentation has; not called where `details` is on. */
  readonly customize: (problem: ProblemDetails, error: unknown, context: HttpContext) => ProblemDetails;
}

export const exceptionPageDefaults: ExceptionPageOptions = {
  details: false,
  useErrorStatus: false,
  maskedFields: ['authorization', 'cookie', 'proxy-authorization', 'x-api-key'],
  onError: (error) => {
    if (!isBadRequest(error)) writeError(error);
  },
  customize: (problem) => problem,
};

/** Formatting runs code of the thrown value, e.g. a getter of its stack, and that code may throw. */
const writeError = (error: unknown): void => {
  try {
    console.error('windhover: the application failed:', error);
  } catch {
    console.error('windhover: the application failed with a value that cannot be shown');
  }
};
