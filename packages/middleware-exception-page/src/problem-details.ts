import { type HttpContext, reasonPhrases } from '@windhover/http';

/**
 * What went wrong, for programs. Other members are extensions.
 *
 * Source: RFC 9457 section 3; ASP.NET Core `ProblemDetails`
 */
export interface ProblemDetails {
  /** The status of the response. */
  readonly status: number;
  /** A URI that names the kind of problem; `about:blank` by default, which says no more than the status. */
  readonly type?: string;
  /** The kind of problem in a few words; by default the reason phrase of the status. */
  readonly title?: string;
  /** What is the matter this time, for the client to put it right. */
  readonly detail?: string;
  /** A URI reference that names this occurrence. */
  readonly instance?: string;
  readonly [extension: string]: unknown;
}

/**
 * Answers with problem details. Type and title are filled in, and `traceId`, by which the request is found in the log.
 *
 * @throws HttpError `HTTP_STATUS_INVALID`, `HTTP_RESPONSE_STARTED`
 * Source: RFC 9457 section 3; ASP.NET Core `Results.Problem`
 */
export const sendProblem = (context: HttpContext, problem: ProblemDetails): void => {
  const { response } = context;
  const { status } = problem;
  response.statusCode = status;
  response.contentType = 'application/problem+json';
  const title = reasonPhrases[status] ?? 'Error';
  response.json({ type: 'about:blank', title, traceId: context.traceIdentifier, ...problem });
};
