import { type HttpContext, type ProblemDetails, preferredType, reasonPhrases, sendProblem } from '@windhover/http';
import { errorReport } from './error-report.ts';
import { htmlPage } from './html-page.ts';
import { contentSecurityPolicy } from './page-style.ts';
import { errorMember } from './problem-page.ts';
import { requestReport } from './request-report.ts';
import { textPage } from './text-page.ts';

/**
 * Answers with all details of an error, in the format that the client prefers.
 *
 * @param problem the answer without details. As JSON it keeps its members, so that a client under development can read
 *   what it will read in production, e.g. the `errors` of a validation
 */
export const sendDetails = async (
  thrown: unknown,
  problem: ProblemDetails,
  context: HttpContext,
  maskedFields: readonly string[],
): Promise<void> => {
  const { status } = problem;
  const { request, response } = context;
  const error = errorReport(thrown);
  const statusText = `${status} ${reasonPhrases[status] ?? ''}`.trim();
  response.statusCode = status;
  response.headers.set('x-content-type-options', 'nosniff');
  switch (preferredType(request.headers.get('accept') ?? '')) {
    case 'text/html': {
      const page = await htmlPage(statusText, error, requestReport(context, maskedFields));
      response.contentType = 'text/html; charset=utf-8';
      response.headers.set('content-security-policy', contentSecurityPolicy);
      response.headers.set('referrer-policy', 'no-referrer');
      response.send(page);
      return;
    }
    case 'text/plain':
      response.send(textPage(statusText, error, requestReport(context, maskedFields)));
      return;
    default:
      sendProblem(context, { detail: `${error.name}: ${error.message}`, ...problem, exception: errorMember(error) });
  }
};
