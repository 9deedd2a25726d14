import { isInstanceOf, propertyOf } from '@windhover/thrown-values';
import { HttpError, isBadRequest } from '../errors.ts';
import { HttpProblem } from './http-problem.ts';
import type { ProblemDetails } from './problem-details.ts';

/** The response to a thrown value. */
export interface ErrorResponse {
  /** The status, and the parts of the error that the client may see. */
  readonly problem: ProblemDetails;
  /** Fields of the response. */
  readonly fields: Readonly<Record<string, string | number>>;
  /** Whether the client caused the error; such an error is not logged as an error. */
  readonly isClientFault: boolean;
}

/**
 * Decides the response to a thrown value. Never throws.
 *
 * - `HttpProblem`: its status and all its parts.
 * - `BadHttpRequestError`, and errors of Windhover caused by the client, such as invalid JSON: their status.
 * - Other errors with `status` or `statusCode` from 400 to 599, as from http-errors and many libraries: that status.
 *   Only if `expose` is true is the message shown and a status below 500 a client error: the status may come from
 *   another server that the handler called.
 * - All others: 500.
 */
export const errorResponse = (thrown: unknown): ErrorResponse => {
  if (isInstanceOf(thrown, HttpProblem)) return problemResponse(thrown);
  if (isBadRequest(thrown)) {
    return { problem: { status: errorStatus(thrown.status) ?? 400 }, fields: {}, isClientFault: true };
  }
  const status = errorStatus(propertyOf(thrown, 'status')) ?? errorStatus(propertyOf(thrown, 'statusCode')) ?? 500;
  const isShown = propertyOf(thrown, 'expose') === true;
  const message = propertyOf(thrown, 'message');
  const detail = isShown && typeof message === 'string' && message !== '' ? { detail: message } : {};
  const fields = isInstanceOf(thrown, HttpError) ? thrown.fields : {};
  return { problem: { status, ...detail }, fields, isClientFault: isShown && status < 500 };
};

const problemResponse = (problem: HttpProblem): ErrorResponse => {
  const { status, title, detail, type, instance, fields, extensions } = problem;
  return {
    problem: {
      ...extensions,
      ...(type !== undefined && { type }),
      ...(title !== undefined && { title }),
      status,
      ...(detail !== undefined && { detail }),
      ...(instance !== undefined && { instance }),
    },
    fields,
    isClientFault: status < 500,
  };
};

const errorStatus = (status: unknown): number | undefined =>
  typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
