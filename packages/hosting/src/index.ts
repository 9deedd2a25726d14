export { stoppingOf } from './lifetime/application-lifetime.ts';
export type { BackgroundService, BackgroundServiceSource } from './lifetime/background-service.ts';
export { childLogger } from './logging/child-logger.ts';
export { type ConsoleLogger, type ConsoleLoggerOptions, consoleLogger } from './logging/console-logger.ts';
export { HostError, type HostErrorCode, hostErrors } from './errors.ts';
export { escapedText } from './logging/escaped-text.ts';
export { type HostEnvironment, isDevelopment } from './lifetime/host-environment.ts';
export type { HostServer, ServerFactory } from './builder/host-server.ts';
export { hostServices } from './services/host-services.ts';
export type { EndpointHttpsSettings, HttpsProvider } from './builder/https-provider.ts';
export {
  type HostConfiguration,
  type LoadedSettings,
  describeSettings,
  hostKeys,
  loadSettings,
} from './settings/loaded-settings.ts';
export { eventIds, logCategories } from './logging/log-events.ts';
export type { LogLevels } from './logging/log-filter.ts';
export { type LogLevel, type Logger, logLevels } from './logging/logger.ts';
export { type ApplicationLifetime, ApplicationLifetimeFeature, ReadinessFeature } from '@windhover/http';
export type { ReloadHook } from './lifetime/reload-hooks.ts';
export { requestLogger } from './logging/request-logger.ts';
export { serverLog } from './logging/server-log.ts';
export { ServerSetup } from './builder/server-setup.ts';
export { ServiceCollection } from './services/service-collection.ts';
export { type ServiceKey, serviceKey } from './services/service-key.ts';
export { type ServiceProvider, ServicesFeature, servicesOf } from './services/service-provider.ts';
export { isSupervisedWorker } from './lifetime/supervised-process.ts';
export type { UnhandledErrorPolicy } from './lifetime/unhandled-errors.ts';
export { type ConfigureApplication, WebHost, type WebHostParts } from './lifetime/web-host.ts';
export { defaultSettings } from './settings/default-settings.ts';
export { WebHostBuilder } from './builder/web-host-builder.ts';

export type {
  CertificatePlan,
  CodeSettings,
  HostPlan,
  HostSettings,
  HostSettingsInput,
  HttpsPlan,
  Sections,
  SettingsSources,
  SettingsWith,
} from './settings/index.ts';
export { asksForStacks, failureText } from './lifetime/start-failure.ts';
