import { isThenable } from '@windhover/thrown-values';
import { type HandlerResult, sendResult } from '../handler-result.ts';
import type { HttpContext } from '../http-context.ts';
import { errorResponse } from './error-response.ts';
import { sendProblemOrText } from './problem-details.ts';

/** Answers an error of the application: sends, or returns a value that is sent. */
export type ErrorHandler = (error: unknown, context: HttpContext) => HandlerResult | Promise<HandlerResult>;

/**
 * Writes the content of an error response: from the application's handler if it gives some, else the default.
 *
 * @param error `undefined` if the application has set the status without an error
 */
export const sendError = (
  context: HttpContext,
  error: unknown,
  handler: ErrorHandler | undefined,
): void | Promise<void> => {
  if (handler === undefined || error === undefined) return sendDefault(context, error);
  const result = handler(error, context);
  if (isThenable(result)) {
    return Promise.resolve(result as PromiseLike<HandlerResult>).then((value) =>
      completeResponse(context, error, value),
    );
  }
  return completeResponse(context, error, result);
};

const completeResponse = (context: HttpContext, error: unknown, result: HandlerResult): void | Promise<void> => {
  if (result !== undefined) return sendResult(context, result);
  const { response } = context;
  if (!response.hasStarted && !response.hasEnded) sendDefault(context, error);
};

const sendDefault = (context: HttpContext, error: unknown): void => {
  const { response } = context;
  const { statusCode } = response;
  // A Content-Length set by the application means an empty response, or content that it still has to send.
  if (response.headers.has('content-length')) return;
  if (error === undefined) return sendProblemOrText(context, { status: statusCode });
  const { problem, fields } = errorResponse(error);
  for (const [name, value] of Object.entries(fields)) response.headers.set(name, value);
  response.headers.set('cache-control', 'no-store');
  // The details of the error do not belong to another status that a handler has set.
  sendProblemOrText(context, statusCode === problem.status ? problem : { status: statusCode });
};
