import type { FeatureCollection } from '@windhover/features';
import { sendResult } from './handler-result.ts';
import type { HttpApplication } from './http-application.ts';
import { HttpContext } from './http-context.ts';
import { checkHandler } from './pipeline-checks.ts';
import type { RequestHandler } from './request-delegate.ts';

/**
 * A folded pipeline, or a single handler, as an application for any server. Error responses have only a status;
 * `ApplicationBuilder.toApplication` adds content.
 *
 * @param sendError same as `HttpApplication.sendError`
 * @throws HttpError `HTTP_HANDLER_INVALID`
 *
 * Source: ASP.NET Core `HostingApplication`.
 */
export const pipelineApplication = (
  handler: RequestHandler,
  sendError?: HttpApplication<HttpContext>['sendError'],
): HttpApplication<HttpContext> => {
  checkHandler(handler, 'pipelineApplication');
  return {
    createContext: (features: FeatureCollection) => new HttpContext(features),
    processRequest: handler,
    sendResult,
    ...(sendError !== undefined && { sendError }),
    disposeContext: () => {},
  };
};
