export type { ApplicationLifetime } from './application-lifetime.ts';
export { type ConsoleLoggerOptions, consoleLogger } from './console-logger.ts';
export { HostError, type HostErrorCode, hostErrors } from './errors.ts';
export { escapedText } from './escaped-text.ts';
export type { HostServer, ServerFactory } from './host-server.ts';
export type { Logger } from './logger.ts';
export { ServerSetup } from './server-setup.ts';
export { type ConfigureApplication, WebHost, type WebHostParts, defaultShutdownTimeout } from './web-host.ts';
export { WebHostBuilder } from './web-host-builder.ts';
