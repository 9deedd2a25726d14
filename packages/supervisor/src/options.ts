import { type Clock, systemClock } from './clock.ts';
import { type SupervisorLogger, stderrLogger, withoutErrors } from './logger.ts';
import type { RestartBackoff } from './restart-backoff.ts';

/**
 * How the workers share what they listen on.
 *
 * - `shared-handle`: each worker accepts from the one socket by itself; who is free is first
 * - `round-robin`: the supervisor accepts, and deals the connections out in turn
 */
export type ConnectionSharing = 'shared-handle' | 'round-robin';

/** Options of `Supervisor`. Times in milliseconds. */
export interface SupervisorOptions {
  /** Workers, 1 to 1024. */
  readonly threadCount: number;
  /** The file that the workers run. Default: the one that this process runs. */
  readonly program?: string | undefined;
  /** Default: those of this process. */
  readonly args?: readonly string[] | undefined;
  /** Options of Node.js. Default: those of this process. */
  readonly execArgv?: readonly string[] | undefined;
  /** Set in addition to the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** How the workers share what they listen on; `undefined` for what `NODE_CLUSTER_SCHED_POLICY` says, or `shared-handle`. */
  readonly sharing?: ConnectionSharing | undefined;
  /** A worker that is not ready within this time has failed, and is killed. */
  readonly startTimeout: number;
  /** What a worker may take to end when it is asked to; Infinity for no limit. */
  readonly shutdownTimeout: number;
  /** After `shutdownTimeout` a worker cuts off what is left; if it is still there after this time, it is killed. */
  readonly killDelay: number;
  readonly restartBackoff: RestartBackoff;
  /** Starts in a row that may fail while no worker is ready; then the supervisor ends, with the worker's exit code. */
  readonly maxFailedStarts: number;
  readonly logger: SupervisorLogger;
  readonly clock: Clock;
}

export const supervisorDefaults: Omit<SupervisorOptions, 'threadCount'> = {
  startTimeout: 60_000, // ms
  shutdownTimeout: 30_000, // ms; as ASP.NET Core HostOptions.ShutdownTimeout
  killDelay: 3_000, // ms; a server takes one second from its deadline to the end of stop
  restartBackoff: { initial: 100, max: 30_000, calm: 60_000 }, // ms
  maxFailedStarts: 10, // starts; some 25 seconds with this backoff
  logger: stderrLogger,
  clock: systemClock,
};

/** What a caller gives: the number of threads, and whatever differs from the defaults. */
export type GivenSupervisorOptions = Pick<SupervisorOptions, 'threadCount'> &
  Partial<Omit<SupervisorOptions, 'restartBackoff'>> & { readonly restartBackoff?: Partial<RestartBackoff> };

const check = (name: string, value: number, least: number, most: number): void => {
  if (value >= least && value <= most) return;
  throw new RangeError(`${name} must be a number from ${least} to ${most}, not ${value}`);
};

const checkWhole = (name: string, value: number, least: number, most: number): void => {
  check(name, value, least, most);
  if (!Number.isInteger(value)) throw new RangeError(`${name} must be a whole number, not ${value}`);
};

/**
 * Fills in the defaults.
 *
 * @throws RangeError when a number is out of its range
 */
export const resolveSupervisorOptions = (given: GivenSupervisorOptions): SupervisorOptions => {
  const restartBackoff = { ...supervisorDefaults.restartBackoff, ...given.restartBackoff };
  const logger = withoutErrors(given.logger ?? supervisorDefaults.logger);
  const options = { ...supervisorDefaults, ...given, restartBackoff, logger };
  checkWhole('threadCount', options.threadCount, 1, 1024);
  check('startTimeout', options.startTimeout, 1, Infinity);
  check('shutdownTimeout', options.shutdownTimeout, 0, Infinity);
  check('killDelay', options.killDelay, 0, Infinity);
  check('restartBackoff.initial', restartBackoff.initial, 1, Infinity);
  check('restartBackoff.max', restartBackoff.max, restartBackoff.initial, Infinity);
  check('restartBackoff.calm', restartBackoff.calm, 0, Infinity);
  if (options.maxFailedStarts !== Infinity) checkWhole('maxFailedStarts', options.maxFailedStarts, 1, 2 ** 31);
  return options;
};
