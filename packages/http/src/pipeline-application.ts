import type { FeatureCollection } from '@windhover/features';
import type { HttpApplication } from './http-application.ts';
import { HttpContext } from './http-context.ts';
import type { RequestDelegate } from './request-delegate.ts';

/**
 * A folded pipeline, or a single handler, as an application for any server.
 *
 * Source: ASP.NET Core `HostingApplication`.
 */
export const pipelineApplication = (handler: RequestDelegate): HttpApplication<HttpContext> => ({
  createContext: (features: FeatureCollection) => new HttpContext(features),
  processRequest: handler,
  disposeContext: () => {},
});
