/**
 * Whether this process is a worker of a supervisor; does not load the supervisor's package. A child process of a worker
 * is not one, although it inherits the environment variable: the channel of `node:cluster` is not inherited.
 */
export const isSupervisedWorker = (): boolean =>
  process.env['WINDHOVER_THREAD'] !== undefined && process.getBuiltinModule('node:cluster').isWorker;

/** Whether this process is the only one of its application, or its first worker. */
export const isFirstProcess = (): boolean => !isSupervisedWorker() || process.env['WINDHOVER_THREAD'] === '1';

/** Number of the thread of this process under a supervisor, from 1; `undefined` without one. */
export const supervisedThread = (): number | undefined =>
  isSupervisedWorker() ? Number(process.env['WINDHOVER_THREAD']) : undefined;
