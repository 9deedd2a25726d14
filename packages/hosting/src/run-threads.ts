import type { Logger } from './logger.ts';
import { isSupervisedWorker } from './supervised-process.ts';

/** How the processes of an application are run. */
export interface ThreadsOptions {
  readonly threadCount: number;
  /** Milliseconds. */
  readonly shutdownTimeout: number;
  readonly logger: Logger;
}

/** Whether this process is to start others which serve, instead of serving itself. */
export const startsThreads = (threadCount: number): boolean => threadCount > 1 && !isSupervisedWorker();

/** Runs this program in several processes that share what they listen on, and sets the exit code when all have ended. */
export const runThreads = async (options: ThreadsOptions): Promise<void> => {
  const { Supervisor } = await import('@windhover/supervisor');
  process.exitCode = await new Supervisor(options).run();
};
