export {
  type Application,
  type ApplicationModule,
  type ApplicationObject,
  type FastifyApplication,
  type KoaApplication,
  type NestApplication,
  type ResolvedApplication,
  resolveApplication,
} from './application-form.ts';
export {
  ApplicationFormError,
  type ApplicationFormErrorCode,
  applicationFormErrors,
} from './application-form-error.ts';
export { type CreateBuilderOptions, createBuilder } from './create-builder.ts';
export { createHostBuilder } from './create-host-builder.ts';
export { type ServeOptions, serve } from './serve.ts';
export { useHttps } from './use-https.ts';
export { WebApplication } from './web-application.ts';
export { WebApplicationBuilder } from './web-application-builder.ts';

export { type ConnectionMiddleware, TransportError, type Transport } from '@windhover/connections';
export { type FeatureCollection, type FeatureKey, featureKey } from '@windhover/features';
export {
  type ApplicationLifetime,
  type BackgroundService,
  type ConfigureApplication,
  HostError,
  type HostEnvironment,
  type Logger,
  ReadinessFeature,
  type ServerSetup,
  type ServiceKey,
  type ServiceProvider,
  WebHost,
  WebHostBuilder,
  consoleLogger,
  hostServices,
  isDevelopment,
  requestLogger,
  serviceKey,
  servicesOf,
  stoppingOf,
} from '@windhover/hosting';
export {
  type ApplicationBuilder,
  BadHttpRequestError,
  HttpContext,
  type ErrorHandler,
  type HandlerResult,
  HttpError,
  type HttpFields,
  HttpProblem,
  type HttpProblemOptions,
  type HttpProtocol,
  type HttpRequest,
  type HttpResponse,
  type Middleware,
  type MinDataRate,
  type ProblemDetails,
  type RequestDelegate,
  type RequestHandler,
  type ResponseContent,
  sendProblem,
} from '@windhover/http';
export { http1 } from '@windhover/http1';
export {
  type ListenOptions,
  ServerAddressesFeature,
  ServerError,
  type ServerLimits,
  serverLimitDefaults,
} from '@windhover/server';
export type { HttpsOptions, UseHttps } from '@windhover/tls';
export { sockets } from '@windhover/transport-sockets';
