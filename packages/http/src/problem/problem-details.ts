import type { HttpContext } from '../http-context.ts';
import { errorTitle } from '../status-codes.ts';
import { addVary } from '../vary.ts';
import { preferredType } from './preferred-type.ts';

/**
 * A machine-readable description of an error. Other members are extensions.
 *
 * Source: RFC 9457 section 3; ASP.NET Core `ProblemDetails`
 */
export interface ProblemDetails {
  /** The status of the response. */
  readonly status: number;
  /** A URI that names the kind of problem; by default `about:blank`, which means that the status says it all. */
  readonly type?: string;
  /** The kind of problem in a few words; by default the reason phrase of the status. */
  readonly title?: string;
  /** The cause of this occurrence, written so that the client can correct it. */
  readonly detail?: string;
  /** A URI reference that names this occurrence. */
  readonly instance?: string;
  readonly [extension: string]: unknown;
}

/**
 * Answers with problem details as `application/problem+json`. Adds a default type and title, and `traceId`, which
 * identifies the request in the log.
 *
 * @throws HttpError `HTTP_STATUS_INVALID`, `HTTP_RESPONSE_STARTED`
 * Source: RFC 9457 section 3; ASP.NET Core `Results.Problem`
 */
export const sendProblem = (context: HttpContext, problem: ProblemDetails): void => {
  const { response } = context;
  response.statusCode = problem.status;
  response.contentType = 'application/problem+json';
  const title = errorTitle(problem.status);
  response.json({ type: 'about:blank', title, traceId: context.traceIdentifier, ...problem });
};

/**
 * Answers with problem details if the Accept field of the request prefers JSON, else with a line of text: `404 Not
 * Found`. Adds `accept` to Vary, because caches may store e.g. a 404. Throws the errors of `sendProblem`.
 *
 * Source: RFC 9110 sections 12.5.5 and 15.1
 */
export const sendProblemOrText = (context: HttpContext, problem: ProblemDetails): void => {
  addVary(context.response.headers, 'accept');
  const type = preferredType(context.request.headers.get('accept') ?? '');
  if (type === 'application/problem+json' || type === 'application/json') return sendProblem(context, problem);
  const { status, title = errorTitle(status), detail } = problem;
  const { response } = context;
  response.statusCode = status;
  response.contentType = 'text/plain; charset=utf-8';
  response.send(detail === undefined ? `${status} ${title}\n` : `${status} ${title}: ${detail}\n`);
};
