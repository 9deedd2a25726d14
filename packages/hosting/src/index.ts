export type { ApplicationLifetime } from './application-lifetime.ts';
export type { BackgroundService, BackgroundServiceSource } from './background-service.ts';
export { childLogger } from './child-logger.ts';
export { type ConsoleLogger, type ConsoleLoggerOptions, consoleLogger } from './console-logger.ts';
export { HostError, type HostErrorCode, hostErrors } from './errors.ts';
export { escapedText } from './escaped-text.ts';
export { type HostEnvironment, isDevelopment } from './host-environment.ts';
export type { HostServer, ServerFactory } from './host-server.ts';
export { hostServices } from './host-services.ts';
export type { HostTls } from './host-tls.ts';
export {
  type HostConfiguration,
  type LoadedSettings,
  describeSettings,
  hostKeys,
  loadSettings,
} from './loaded-settings.ts';
export { eventIds, logCategories } from './log-events.ts';
export type { LogLevels } from './log-filter.ts';
export { type LogLevel, type Logger, logLevels } from './logger.ts';
export { ReadinessFeature } from './readiness-feature.ts';
export type { ReloadHook } from './reload-hooks.ts';
export { requestLogger } from './request-logger.ts';
export { serverLog } from './server-log.ts';
export { ServerSetup } from './server-setup.ts';
export { ServiceCollection } from './service-collection.ts';
export { type ServiceKey, serviceKey } from './service-key.ts';
export { type ServiceProvider, ServicesFeature, servicesOf } from './service-provider.ts';
export { isSupervisedWorker } from './supervised-process.ts';
export type { UnhandledErrorPolicy } from './unhandled-errors.ts';
export { type ConfigureApplication, WebHost, type WebHostParts, defaultShutdownTimeout } from './web-host.ts';
export { WebHostBuilder } from './web-host-builder.ts';

export type {
  CertificatePlan,
  CodeSettings,
  ConfigureTls,
  GivenHostSettings,
  HostPlan,
  HostSettings,
  HttpsPlan,
  Sections,
  SettingsSources,
  SettingsWith,
  TlsParts,
} from './settings/index.ts';
