import {
  type HttpContext,
  HttpOutcomeFeature,
  type Middleware,
  type ProblemDetails,
  afterCallback,
  errorResponse,
  isBadRequest,
  isRequestAborted,
  resolveOptions,
  sendProblem,
} from '@windhover/http';
import { type ExceptionPageOptions, type ResolvedExceptionPageOptions, exceptionPageDefaults } from './options.ts';

/**
 * Request middleware that answers errors of the middleware and handlers after it: with a page for developers, or with
 * problem details limited to what `errorResponse` of `@windhover/http` shows. Errors that can no longer be answered,
 * because the response has started, the client has disconnected or the connection was upgraded, are passed to the
 * server.
 *
 * Source: ASP.NET Core `DeveloperExceptionPageMiddleware`, `ExceptionHandlerMiddleware`; RFC 9457
 */
export const exceptionPage = (given?: ExceptionPageOptions): Middleware => {
  const options = resolveOptions('exceptionPage', exceptionPageDefaults, given);
  return (context, next) => {
    let pending: void | Promise<void>;
    try {
      pending = next(context);
    } catch (error) {
      return answerError(error, context, options);
    }
    if (pending === undefined) return;
    return pending.then(undefined, (error: unknown) => answerError(error, context, options));
  };
};

const answerError = (
  error: unknown,
  context: HttpContext,
  options: ResolvedExceptionPageOptions,
): void | Promise<void> => {
  if (!canBeAnswered(error, context)) throw error;
  return afterCallback(options.onError(error, context), () => sendAnswer(error, context, options));
};

const sendAnswer = (
  error: unknown,
  context: HttpContext,
  options: ResolvedExceptionPageOptions,
): void | Promise<void> => {
  // The client may have disconnected during an async `onError`.
  if (!canBeAnswered(error, context)) throw error;
  const { problem, fields } = errorResponse(error);
  beginAnswer(error, context);
  for (const [name, value] of Object.entries(fields)) context.response.headers.set(name, value);
  const customized = options.customize(problem, error, context);
  if (options.details) return answerWithDetails(error, customized, context, options);
  sendProblem(context, customized);
};

const canBeAnswered = (error: unknown, { features, response, signal }: HttpContext): boolean => {
  if (response.hasStarted || features.get(HttpOutcomeFeature)?.isAborted === true) return false;
  // A client that has only ended its side may still read the answer to another error.
  return !signal.aborted || !isRequestAborted(error);
};

const beginAnswer = (error: unknown, context: HttpContext): void => {
  context.response.clear();
  const { headers } = context.response;
  headers.set('cache-control', 'no-store');
  // After invalid content, the beginning of the next request cannot be found.
  const isHttp1 = context.request.protocol.startsWith('HTTP/1.');
  if (isBadRequest(error) && isHttp1) headers.set('connection', 'close');
};

/** Loads the page code when the first error is shown. */
const answerWithDetails = async (
  error: unknown,
  problem: ProblemDetails,
  context: HttpContext,
  { maskedFields }: ResolvedExceptionPageOptions,
): Promise<void> => {
  const { sendDetails } = await import('./details/send-details.ts');
  await sendDetails(error, problem, context, maskedFields);
};
