import { type HttpContext, type ProblemDetails, errorAnswer } from '@windhover/http';

/** Options of `exceptionPage`. */
export interface ExceptionPageOptions {
  /**
   * Whether the answer shows the error, with stack, source and request: for developers, never for the public. Otherwise it
   * has the status and nothing of the error.
   */
  readonly details: boolean;
  /** Names of request fields whose values are not shown, in lower case. */
  readonly maskedFields: readonly string[];
  /**
   * Called with each error that is answered here: the server does not see it any more. The default writes it to stderr, unless
   * it is the client's fault (`errorAnswer`). An error that it throws goes to the server instead.
   */
  readonly onError: (error: unknown, context: HttpContext) => void;
  /** Makes other problem details of these, e.g. with a `type` that your documentation has; not called where `details` is on. */
  readonly customize: (problem: ProblemDetails, error: unknown, context: HttpContext) => ProblemDetails;
}

export const exceptionPageDefaults: ExceptionPageOptions = {
  details: false,
  maskedFields: ['authorization', 'cookie', 'proxy-authorization', 'x-api-key'],
  onError: (error) => {
    if (!errorAnswer(error).isClientFault) writeError(error);
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
