export {
  type EventLoopCheckOptions,
  type ResolvedEventLoopCheckOptions,
  eventLoopCheck,
  eventLoopCheckDefaults,
} from './event-loop-check.ts';
export { HealthChecksError, type HealthChecksErrorCode, healthChecksErrors } from './errors.ts';
export type { CheckResult, HealthCheck, HealthStatus } from './health-check.ts';
export { healthChecks } from './health-checks.ts';
export { type HealthChecksOptions, type ResolvedHealthChecksOptions, healthChecksDefaults } from './options.ts';
