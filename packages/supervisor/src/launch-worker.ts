import cluster, { type ClusterSettings, type Worker } from 'node:cluster';
import { SupervisorError } from './errors.ts';
import type { ConnectionSharing, ResolvedSupervisorOptions } from './options.ts';
import { withOwnUmask } from './strict-umask.ts';
import { threadVariable } from './thread-variable.ts';
import type { LaunchWorker, WorkerChannel } from './worker-process.ts';

/**
 * Starts workers with `node:cluster`, which lets them listen on one address.
 *
 * Settings that the program made with `cluster.setupPrimary` stay in effect, unless an option overrides them.
 *
 * @throws SupervisorError `SUPERVISOR_IN_WORKER`, `SUPERVISOR_NO_PROGRAM`
 */
export const clusterLauncher = (options: ResolvedSupervisorOptions): LaunchWorker => {
  if (!cluster.isPrimary) throw new SupervisorError('SUPERVISOR_IN_WORKER');
  const settings = settingsOf(options);
  if ((settings.exec ?? cluster.settings.exec ?? process.argv[1]) === undefined) {
    throw new SupervisorError('SUPERVISOR_NO_PROGRAM');
  }
  choosePolicy(options.sharing);
  return (thread) => {
    cluster.setupPrimary(settings);
    try {
      return channelOf(withOwnUmask(() => cluster.fork({ ...options.env, [threadVariable]: String(thread) })));
    } catch (error) {
      return failedChannel(error as Error);
    }
  };
};

/** The given options only: `setupPrimary` would treat `undefined` as a value. */
const settingsOf = ({ program, args, execArgv }: ResolvedSupervisorOptions): ClusterSettings => ({
  ...(program === undefined ? undefined : { exec: program }),
  ...(args === undefined ? undefined : { args: [...args] }),
  ...(execArgv === undefined ? undefined : { execArgv: [...execArgv] }),
});

/** Has no effect if this process has already started workers, because `node:cluster` fixes the policy at the first start. */
const choosePolicy = (sharing: ConnectionSharing | undefined): void => {
  if (sharing === undefined && process.env['NODE_CLUSTER_SCHED_POLICY'] !== undefined) return;
  cluster.schedulingPolicy = sharing === 'round-robin' ? cluster.SCHED_RR : cluster.SCHED_NONE;
};

const channelOf = (worker: Worker): WorkerChannel => ({
  pid: worker.process.pid,
  // A send error means that the worker has exited; its exit is reported separately.
  send: (message) => void worker.send(message, () => undefined),
  kill: () => void worker.process.kill('SIGKILL'),
  listen: (listener) => {
    worker.on('message', (message: unknown) => {
      if (!passToWatcher(message)) listener.message(message);
    });
    worker.once('disconnect', () => listener.disconnected());
    worker.once('exit', (code: number | null, signal: NodeJS.Signals | null) => listener.exited({ code, signal }));
    worker.on('error', (error: Error) => {
      if (worker.process.pid === undefined) listener.exited({ code: null, signal: null, error });
    });
  },
});

/** A process that the system did not start, e.g. because too many processes exist. */
const failedChannel = (error: Error): WorkerChannel => ({
  pid: undefined,
  send: () => undefined,
  kill: () => undefined,
  listen: (listener) => queueMicrotask(() => listener.exited({ code: null, signal: null, error })),
});

/** Under `node --watch` a process reports the files that it loads to its parent; the watcher is the parent of this process. */
const passToWatcher = (message: unknown): boolean => {
  if (typeof message !== 'object' || message === null) return false;
  if (!('watch:import' in message) && !('watch:require' in message)) return false;
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  return true;
};
