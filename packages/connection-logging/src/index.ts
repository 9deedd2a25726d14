export { connectionLogging } from './connection-logging.ts';
export type { ConnectionLogger } from './logger.ts';
export {
  type ConnectionLoggingOptions,
  type ResolvedConnectionLoggingOptions,
  connectionLoggingDefaults,
} from './options.ts';
