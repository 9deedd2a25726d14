export { createHostBuilder } from './create-host-builder.ts';
export { type ServeOptions, serve } from './serve.ts';

export { type ConnectionMiddleware, TransportError, type Transport } from '@windhover/connections';
export { type FeatureCollection, type FeatureKey, featureKey } from '@windhover/features';
export {
  type ApplicationLifetime,
  type ConfigureApplication,
  HostError,
  type Logger,
  type ServerSetup,
  WebHost,
  WebHostBuilder,
  consoleLogger,
} from '@windhover/hosting';
export {
  type ApplicationBuilder,
  BadHttpRequestError,
  HttpContext,
  HttpError,
  type HttpFields,
  type HttpLimits,
  type HttpProtocol,
  type HttpRequest,
  type HttpResponse,
  type InlineMiddleware,
  type Middleware,
  type MinDataRate,
  type RequestDelegate,
  type ResponseContent,
  httpLimitDefaults,
} from '@windhover/http';
export { http1 } from '@windhover/http1';
export { type ListenOptions, ServerAddressesFeature, ServerError } from '@windhover/server';
export { sockets } from '@windhover/transport-sockets';
