import type { FeatureCollection } from '@windhover/features';
import type { HttpApplication } from './http-application.ts';
import { HttpContext } from './http-context.ts';
import { checkHandler } from './pipeline-checks.ts';
import type { RequestDelegate } from './request-delegate.ts';

/**
 * A folded pipeline, or a single handler, as an application for any server.
 *
 * @throws HttpError `HTTP_HANDLER_INVALID`
 *
 * Source: ASP.NET Core `HostingApplication`.
 */
export const pipelineApplication = (handler: RequestDelegate): HttpApplication<HttpContext> => {
  checkHandler(handler, 'pipelineApplication');
  return {
    createContext: (features: FeatureCollection) => new HttpContext(features),
    processRequest: handler,
    disposeContext: () => {},
  };
};
