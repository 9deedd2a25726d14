import { type Clock, systemClock } from './clock.ts';
import { type SupervisorLogger, stderrLogger, withoutErrors } from './logger.ts';
import type { RestartBackoff } from './restart-backoff.ts';

/**
 * How the workers share their listening sockets.
 *
 * - `shared-handle`: all workers accept from one socket; the first idle worker takes the connection
 * - `round-robin`: the supervisor accepts, and passes the connections to the workers in turn
 */
export type ConnectionSharing = 'shared-handle' | 'round-robin';

const sharings: readonly ConnectionSharing[] = ['shared-handle', 'round-robin'];

/** Options of `Supervisor`. Times in milliseconds. */
export interface ResolvedSupervisorOptions {
  /** The number of workers, 1 to 1024. */
  readonly threadCount: number;
  /** The file that the workers run. Default: the file that this process runs. */
  readonly program?: string | undefined;
  /** Arguments of the program. Default: the arguments of this process. */
  readonly args?: readonly string[] | undefined;
  /** Options of Node.js. Default: the options of this process. */
  readonly execArgv?: readonly string[] | undefined;
  /** Environment variables of the workers, added to the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * How the workers share their listening sockets. Default: the policy in `NODE_CLUSTER_SCHED_POLICY`, otherwise
   * `shared-handle`.
   */
  readonly sharing?: ConnectionSharing | undefined;
  /** Time for a worker to become ready. A worker that takes longer has failed, and is killed. */
  readonly startTimeout: number;
  /** Time for a worker to drain after a stop request; Infinity for no limit. */
  readonly shutdownTimeout: number;
  /** After `shutdownTimeout` a worker aborts its open requests. If it still runs after this further time, it is killed. */
  readonly killDelay: number;
  readonly restartBackoff: RestartBackoff;
  /** Consecutive failed starts while no worker is ready, after which the supervisor exits with the exit code of the worker. */
  readonly maxFailedStarts: number;
  readonly logger: SupervisorLogger;
  readonly clock: Clock;
}

export const supervisorDefaults: Omit<ResolvedSupervisorOptions, 'threadCount'> = {
  startTimeout: 60_000, // ms
  shutdownTimeout: 30_000, // ms; as ASP.NET Core HostOptions.ShutdownTimeout
  killDelay: 3_000, // ms; a server finishes `stop` within one second after its deadline
  restartBackoff: { initial: 100, max: 30_000, calm: 60_000 }, // ms
  maxFailedStarts: 10, // starts; about 25 seconds with this backoff
  logger: stderrLogger,
  clock: systemClock,
};

/** The options that a caller passes: the number of threads, and every value that differs from its default. */
export type SupervisorOptions = Pick<ResolvedSupervisorOptions, 'threadCount'> &
  Partial<Omit<ResolvedSupervisorOptions, 'restartBackoff'>> & { readonly restartBackoff?: Partial<RestartBackoff> };

const check = (name: string, value: number, least: number, most: number): void => {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new RangeError(`${name} must be a number from ${least} to ${most}; received ${value}`);
};

const checkWhole = (name: string, value: number, least: number, most: number): void => {
  check(name, value, least, most);
  if (!Number.isInteger(value)) throw new RangeError(`${name} must be an integer; received ${value}`);
};

/** Options without a default. */
const withoutDefault = [
  'threadCount',
  'program',
  'args',
  'execArgv',
  'env',
  'sharing',
] satisfies (keyof SupervisorOptions)[];

/** A wrong name, e.g. from JavaScript without types, would have no effect. */
const checkNames = (owner: string, given: object, names: readonly string[]): void => {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`${owner} has no option "${unknown}"; its options are ${names.join(', ')}.`);
};

/** An option that is `undefined` has its default. */
const withoutUndefined = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;

/**
 * Fills in the defaults.
 *
 * @throws TypeError for an unknown option
 * @throws RangeError when a number is out of its range, or `sharing` is unknown
 */
export const resolveSupervisorOptions = (given: SupervisorOptions): ResolvedSupervisorOptions => {
  checkNames('Supervisor', given, [...withoutDefault, ...Object.keys(supervisorDefaults)]);
  checkNames('restartBackoff', given.restartBackoff ?? {}, Object.keys(supervisorDefaults.restartBackoff));
  const restartBackoff = { ...supervisorDefaults.restartBackoff, ...withoutUndefined(given.restartBackoff ?? {}) };
  const logger = withoutErrors(given.logger ?? supervisorDefaults.logger);
  const options = { ...supervisorDefaults, ...withoutUndefined(given), restartBackoff, logger };
  checkWhole('threadCount', options.threadCount, 1, 1024);
  check('startTimeout', options.startTimeout, 1, Infinity);
  check('shutdownTimeout', options.shutdownTimeout, 0, Infinity);
  check('killDelay', options.killDelay, 0, Infinity);
  check('restartBackoff.initial', restartBackoff.initial, 1, Infinity);
  check('restartBackoff.max', restartBackoff.max, restartBackoff.initial, Infinity);
  check('restartBackoff.calm', restartBackoff.calm, 0, Infinity);
  if (options.sharing !== undefined && !sharings.includes(options.sharing)) {
    throw new RangeError(
      `sharing must be "shared-handle" or "round-robin"; received ${JSON.stringify(options.sharing)}`,
    );
  }
  if (options.maxFailedStarts !== Infinity) checkWhole('maxFailedStarts', options.maxFailedStarts, 1, 2 ** 31);
  return options;
};
