import cluster from 'node:cluster';
import { type HostPlan, type Logger, consoleLogger, defaultSettings, loadSettings } from '@windhover/hosting';
import { Supervisor, SupervisorError } from '@windhover/supervisor';
import { CommandError } from './command-error.ts';
import type { CommandLine } from './command-line.ts';
import { FileWatch, loadedFilesOf } from './file-watch.ts';
import { settingsSources } from './settings-sources.ts';

/**
 * Runs this command in several processes that share their listening sockets.
 *
 * With `watch`, a change of a loaded file replaces the processes. The new process listens before the old one is asked
 * to stop, so no request is lost. If it fails to start, the old one keeps running.
 *
 * @param module always watched
 */
export const supervise = async (
  threadCount: number,
  { watch, settings }: CommandLine,
  module: string,
): Promise<void> => {
  const { logging, shutdownTimeout = defaultSettings.shutdownTimeout } = await planOf(settings);
  const logger = consoleLogger(logging).child({ category: 'windhover.supervisor' });
  // With this variable Node.js reports loaded files to the parent process; its own --watch works the same way.
  const env = watch ? { WATCH_REPORT_DEPENDENCIES: '1' } : {};
  const supervisor = new Supervisor({ threadCount, logger, env, shutdownTimeout, program: process.argv[1] });
  const files = watch ? watchLoaded(supervisor, module, logger) : undefined;
  try {
    process.exitCode = await supervisor.run();
  } finally {
    files?.close();
  }
};

/** The settings that this process needs. Workers report problems of the configuration, because they know all keys. */
const planOf = async (settings: readonly string[]): Promise<Partial<Pick<HostPlan, 'logging' | 'shutdownTimeout'>>> => {
  try {
    return (await loadSettings(settingsSources(settings))).plan(false) ?? {};
  } catch (error) {
    if (error instanceof CommandError) throw error;
    return {};
  }
};

const watchLoaded = (supervisor: Supervisor, module: string, logger: Logger): FileWatch => {
  const changed = (file: string): void => {
    // It waits until the first version runs, and does not wait for the restart of one that has crashed.
    logger.info({ file }, 'A file has changed; starting the new version');
    supervisor.reload().then(
      () => logger.info({}, 'The new version is running'),
      (error: Error) => {
        if (!isStop(error)) logger.error({}, error.message);
      },
    );
  };
  const files = new FileWatch(changed, (folder, error) =>
    logger.warn({ err: error }, `Changes of the files in ${folder} are not noticed, because it cannot be watched`),
  );
  files.add(module);
  cluster.on('message', (_worker, message) => {
    for (const file of loadedFilesOf(message)) files.add(file);
  });
  return files;
};

/** Whether a reload was given up because the program ends. */
const isStop = (error: Error): boolean => error instanceof SupervisorError && error.code === 'SUPERVISOR_NOT_RUNNING';
