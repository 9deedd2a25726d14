import { onTestFinished, vi } from 'vitest';

/**
 * Makes this process look like a worker of a supervisor, or like another process, until the test ends.
 *
 * @param thread the value of `WINDHOVER_THREAD`, which child processes of a worker inherit; `undefined` for none
 * @param isWorker whether `node:cluster` has forked this process
 */
export const lookLikeWorker = (thread: string | undefined, isWorker = thread !== undefined): void => {
  const cluster = process.getBuiltinModule('node:cluster');
  const before = cluster.isWorker;
  onTestFinished(() => {
    vi.unstubAllEnvs();
    Object.assign(cluster, { isWorker: before });
  });
  vi.stubEnv('WINDHOVER_THREAD', thread);
  Object.assign(cluster, { isWorker });
};
