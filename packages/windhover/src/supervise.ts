import cluster from 'node:cluster';
import { consoleLogger } from '@windhover/hosting';
import { Supervisor } from '@windhover/supervisor';
import { exitCodes } from './command-error.ts';
import { FileWatch, loadedFilesOf } from './file-watch.ts';

/**
 * Runs this command in processes that share what they listen on.
 *
 * With `watch` a change of a file that they have loaded replaces them: the new one listens before the old one is asked to
 * end, so no connection is refused and no request lost. One that does not start leaves the old one in its place.
 *
 * @param module watched in any case
 */
export const supervise = async (threadCount: number, watch: boolean, module: string): Promise<void> => {
  const logger = consoleLogger().child({ category: 'windhover.supervisor' });
  // Node.js tells the parent what a process loads where this is set: its own --watch works so.
  const env = watch ? { WATCH_REPORT_DEPENDENCIES: '1' } : {};
  const supervisor = new Supervisor({ threadCount, logger, env, program: process.argv[1] });
  const files = watch ? watchLoaded(supervisor, module, logger) : undefined;
  try {
    process.exitCode = await supervisor.run();
  } catch (error) {
    // The worker has said why.
    process.exitCode = (error as { exitCode?: number }).exitCode ?? exitCodes.failed;
    logger.error({}, (error as Error).message);
  } finally {
    files?.close();
  }
};

const watchLoaded = (supervisor: Supervisor, module: string, logger: ReturnType<typeof consoleLogger>): FileWatch => {
  const files = new FileWatch((file) => {
    logger.info({ file }, 'A file has changed: its new version is started');
    supervisor.reload().catch((error: Error) => logger.error({}, error.message));
  });
  files.add(module);
  cluster.on('message', (_worker, message) => {
    for (const file of loadedFilesOf(message)) files.add(file);
  });
  return files;
};
