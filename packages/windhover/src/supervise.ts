import cluster from 'node:cluster';
import { type HostPlan, type Logger, consoleLogger, defaultSettings, loadSettings } from '@windhover/hosting';
import { Supervisor } from '@windhover/supervisor';
import { CommandError } from './command-error.ts';
import type { CommandLine } from './command-line.ts';
import { FileWatch, loadedFilesOf } from './file-watch.ts';
import { settingsSources } from './settings-sources.ts';

/**
 * Runs this command in processes that share what they listen on.
 *
 * With `watch` a change of a file that they have loaded replaces them: the new one listens before the old one is asked to
 * end, so no connection is refused and no request lost. One that does not start leaves the old one in its place.
 *
 * @param module watched in any case
 */
export const supervise = async (
  threadCount: number,
  { watch, settings }: CommandLine,
  module: string,
): Promise<void> => {
  const { logging, shutdownTimeout = defaultSettings.shutdownTimeout } = await planOf(settings);
  const logger = consoleLogger(logging).child({ category: 'windhover.supervisor' });
  // Node.js tells the parent what a process loads where this is set: its own --watch works so.
  const env = watch ? { WATCH_REPORT_DEPENDENCIES: '1' } : {};
  const supervisor = new Supervisor({ threadCount, logger, env, shutdownTimeout, program: process.argv[1] });
  const files = watch ? watchLoaded(supervisor, module, logger) : undefined;
  try {
    process.exitCode = await supervisor.run();
  } finally {
    files?.close();
  }
};

/** What concerns this process of the configuration. The workers say what is wrong with it: they know all of its keys. */
const planOf = async (settings: readonly string[]): Promise<Partial<Pick<HostPlan, 'logging' | 'shutdownTimeout'>>> => {
  try {
    return (await loadSettings(settingsSources(settings))).plan(false) ?? {};
  } catch (error) {
    if (error instanceof CommandError) throw error;
    return {};
  }
};

const watchLoaded = (supervisor: Supervisor, module: string, logger: Logger): FileWatch => {
  const files = new FileWatch((file) => {
    // Before the first version serves there is nothing to replace.
    if (supervisor.addresses.length === 0) return files.changedLater(file);
    logger.info({ file }, 'A file has changed: its new version is started');
    supervisor.reload().then(
      () => logger.info({}, 'The new version serves'),
      (error: Error) => logger.error({}, error.message),
    );
  });
  files.add(module);
  cluster.on('message', (_worker, message) => {
    for (const file of loadedFilesOf(message)) files.add(file);
  });
  return files;
};
