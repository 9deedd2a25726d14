import { type HttpContext, type ProblemDetails, errorResponse } from '@windhover/http';

/** Options of `exceptionPage`. */
export interface ResolvedExceptionPageOptions {
  /**
   * Whether the response shows the error with stack, source and request. For development only. Otherwise it has only
   * the status and the parts that `errorResponse` shows.
   */
  readonly details: boolean;
  /** Names of request fields whose values are not shown. Case does not matter. */
  readonly maskedFields: readonly string[];
  /**
   * Called with each error that is answered here, because the server does not receive it. The default writes it to
   * stderr, unless the client caused it (`errorResponse`). If it throws or rejects, that error is passed to the server.
   */
  readonly onError: (error: unknown, context: HttpContext) => void | Promise<void>;
  /**
   * Returns modified problem details, e.g. with a `type` of your documentation. With `details`, only a response as JSON
   * has them; the other formats have their status.
   */
  readonly customize: (problem: ProblemDetails, error: unknown, context: HttpContext) => ProblemDetails;
}

/** The options as the caller passes them: all are optional. See `ResolvedExceptionPageOptions` for their meaning. */
export type ExceptionPageOptions = Partial<ResolvedExceptionPageOptions>;

export const exceptionPageDefaults: ResolvedExceptionPageOptions = {
  details: false,
  maskedFields: ['authorization', 'cookie', 'proxy-authorization', 'x-api-key'],
  onError: (error) => {
    if (!errorResponse(error).isClientFault) writeError(error);
  },
  customize: (problem) => problem,
};

/** Formatting runs code of the thrown value, e.g. a getter of its stack, which may throw. */
const writeError = (error: unknown): void => {
  try {
    console.error('windhover: the application failed:', error);
  } catch {
    console.error('windhover: the application failed with a value that cannot be shown');
  }
};
