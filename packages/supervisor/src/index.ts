export type { Clock } from './clock.ts';
export { SupervisorError, type SupervisorErrorCode, supervisorErrors } from './errors.ts';
export type { SupervisorLogger } from './logger.ts';
export {
  type ConnectionSharing,
  type ResolvedSupervisorOptions,
  type SupervisorOptions,
  supervisorDefaults,
} from './options.ts';
export type { RestartBackoff } from './restart-backoff.ts';
export { Supervisor } from './supervisor.ts';
export { type StopWorker, type SupervisedWorker, supervisedWorker } from './supervised-worker.ts';
