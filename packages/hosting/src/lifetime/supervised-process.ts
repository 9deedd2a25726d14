/**
 * Whether this process is a worker of a supervisor, without loading the package of it. A program that a worker starts is
 * none, though it inherits the variable: what makes it one for `node:cluster` is not passed on.
 */
export const isSupervisedWorker = (): boolean =>
  process.env['WINDHOVER_THREAD'] !== undefined && process.getBuiltinModule('node:cluster').isWorker;

/** Whether this process is the only one of its application, or the first that serves. */
export const isFirstProcess = (): boolean => !isSupervisedWorker() || process.env['WINDHOVER_THREAD'] === '1';

/** Number of the thread of this process under a supervisor, from 1; `undefined` without one. */
export const supervisedThread = (): number | undefined =>
  isSupervisedWorker() ? Number(process.env['WINDHOVER_THREAD']) : undefined;
