export { connectionLogging } from './connection-logging.ts';
export type { ConnectionLogger } from './logger.ts';
export { type ConnectionLoggingOptions, connectionLoggingDefaults } from './options.ts';
