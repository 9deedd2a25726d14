export { RequestLoggingError, type RequestLoggingErrorCode, requestLoggingErrors } from './errors.ts';
export {
  type RequestLogFormat,
  type RequestLoggingOptions,
  type ResolvedRequestLoggingOptions,
  requestLoggingDefaults,
} from './options.ts';
export type { RequestLogEntry } from './request-log-entry.ts';
export { requestLogging } from './request-logging.ts';
