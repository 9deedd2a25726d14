import { SupervisorError } from './errors.ts';
import { type Exit, exitCodeOf } from './exit.ts';
import { clusterLauncher } from './launch-worker.ts';
import { type ResolvedSupervisorOptions, type SupervisorOptions, resolveSupervisorOptions } from './options.ts';
import { SharedKeys } from './shared-keys.ts';
import { SupervisedThread, type ThreadHost } from './supervised-thread.ts';
import { onSupervisorSignals } from './signals.ts';
import { useUmask } from './strict-umask.ts';
import { type LaunchWorker, WorkerProcess, WorkerStartError } from './worker-process.ts';

/**
 * Runs a program in several processes that share their listening sockets, and restarts a process that crashes.
 *
 * A worker reports that it is ready, and receives stop requests, through `supervisedWorker`. The first process of the
 * program creates the supervisor and serves no requests itself.
 */
export class Supervisor {
  readonly #options: ResolvedSupervisorOptions;
  readonly #launch: LaunchWorker;
  readonly #threads: readonly SupervisedThread[];
  readonly #keys: SharedKeys;
  readonly #stopped: Promise<void>;
  #resolveStopped!: () => void;
  /** Aborts when all workers have ended, which removes the listeners of the signals of `stop`. */
  readonly #ended = new AbortController();
  #state: 'new' | 'starting' | 'running' | 'stopping' = 'new';
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  /** The reload that runs, or ran last. */
  #reloading: Promise<void> | undefined;
  #nextReload: Promise<void> | undefined;
  #failedStarts = 0;
  #exitCode = 0;

  /**
   * @param launch for tests: the function that starts a process
   * @throws RangeError when a number is out of its range
   * @throws TypeError for an unknown option
   * @throws SupervisorError `SUPERVISOR_NO_PROGRAM`, `SUPERVISOR_IN_WORKER`
   */
  constructor(given: SupervisorOptions, launch?: LaunchWorker) {
    this.#options = resolveSupervisorOptions(given);
    this.#launch = launch ?? clusterLauncher(this.#options);
    this.#keys = new SharedKeys(this.#options.clock, () => this.#shareKeys());
    const host = this.#threadHost();
    this.#threads = Array.from(
      { length: this.#options.threadCount },
      (_, index) => new SupervisedThread(index + 1, host),
    );
    this.#stopped = new Promise((resolve) => (this.#resolveStopped = resolve));
  }

  /** The addresses that the workers listen on, as they have reported them. */
  get addresses(): readonly string[] {
    const ready = this.#threads.flatMap(({ isReady, worker }) => (isReady ? worker!.addresses : []));
    return [...new Set(ready)];
  }

  /** The process id of the serving worker of each thread; `undefined` for a thread without one at the moment. */
  get workers(): readonly (number | undefined)[] {
    return this.#threads.map(({ isReady, worker }) => (isReady ? worker!.pid : undefined));
  }

  /** 0 if all workers exited with 0; otherwise the exit code of a worker that did not, or 1 if a worker had to be killed. */
  get exitCode(): number {
    return this.#exitCode;
  }

  // Start

  /**
   * Starts the workers, and resolves when all of them are ready. The first worker starts alone, so that a fault of the
   * program or its addresses is reported once.
   *
   * @throws SupervisorError `SUPERVISOR_START_FAILED` a worker ended before it was ready; no worker is left, `exitCode`
   *   is the worker's exit code, and `cause` the error that it reported, if any
   * @throws SupervisorError `SUPERVISOR_ALREADY_STARTED`; `SUPERVISOR_NOT_RUNNING` if it was stopped in the meantime
   */
  async start(): Promise<void> {
    if (this.#state === 'stopping') throw new SupervisorError('SUPERVISOR_NOT_RUNNING');
    if (this.#state !== 'new') throw new SupervisorError('SUPERVISOR_ALREADY_STARTED');
    this.#state = 'starting';
    this.#keys.start();
    await (this.#starting = this.#start());
  }

  async #start(): Promise<void> {
    const [first, ...others] = this.#threads;
    try {
      await first!.start();
      if (!this.#isStopping) await Promise.all(others.map((thread) => thread.start()));
    } catch (error) {
      if (this.#isStopping) throw new SupervisorError('SUPERVISOR_NOT_RUNNING', { cause: error });
      if (error instanceof WorkerStartError && !error.isExplained) this.#options.logger.error({}, error.message);
      await this.stop();
      throw failure('SUPERVISOR_START_FAILED', error);
    }
    if (this.#isStopping) throw new SupervisorError('SUPERVISOR_NOT_RUNNING');
    this.#state = 'running';
  }

  get #isStopping(): boolean {
    return this.#state === 'stopping';
  }

  // Reload

  /**
   * Replaces the workers one after the other. A new worker is ready before the old one is asked to stop, and the old
   * worker has ended before the next thread is replaced. A call during a reload requests one more complete reload; a call
   * during the start waits for the start.
   *
   * @throws SupervisorError `SUPERVISOR_RELOAD_FAILED` a new worker ended before it was ready; its thread and the threads
   *   after it keep their old workers
   * @throws SupervisorError `SUPERVISOR_NOT_RUNNING`
   */
  reload(): Promise<void> {
    if (this.#reloading === undefined) return this.#beginReload();
    this.#nextReload ??= this.#reloading
      .catch(() => undefined)
      .then(() => {
        this.#nextReload = undefined;
        return this.#beginReload();
      });
    return this.#nextReload;
  }

  #beginReload(): Promise<void> {
    this.#reloading = this.#reload();
    return this.#reloading;
  }

  async #reload(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    if (this.#state === 'running') this.#keys.renew();
    for (const thread of this.#threads) {
      if (this.#state !== 'running') throw new SupervisorError('SUPERVISOR_NOT_RUNNING');
      try {
        await thread.replace();
      } catch (error) {
        if (this.#isStopping) throw new SupervisorError('SUPERVISOR_NOT_RUNNING', { cause: error });
        throw failure('SUPERVISOR_RELOAD_FAILED', error);
      }
    }
  }

  // Stop

  /**
   * Asks every worker to drain and exit, and kills the remaining workers `killDelay` after `shutdownTimeout`. Resolves
   * when all workers have ended; never rejects. A second call waits for the first.
   *
   * @param signal kills the workers at once when it aborts
   */
  stop(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) this.kill();
    signal?.addEventListener('abort', () => this.kill(), { once: true, signal: this.#ended.signal });
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#state = 'stopping';
    this.#keys.stop();
    const processes = this.#threads.flatMap((thread) => [...thread.processes]);
    const started = processes.filter(({ isReady }) => isReady);
    await Promise.all(this.#threads.map((thread) => thread.stop()));
    for (const worker of started) this.#noteExit(worker, await worker.exited);
    this.#ended.abort();
    this.#resolveStopped();
  }

  #noteExit(worker: WorkerProcess, exit: Exit): void {
    const code = worker.wasKilled ? 1 : exitCodeOf(exit);
    if (code === 0) return;
    this.#options.logger.warn(
      { thread: worker.thread, pid: worker.pid, ...exit },
      `Thread ${worker.thread} (pid ${worker.pid}) ${worker.wasKilled ? 'had to be killed' : `ended with ${code}`}`,
    );
    this.#exitCode ||= code;
  }

  /** Kills all workers; does not wait. */
  kill(): void {
    for (const thread of this.#threads) thread.kill();
  }

  // Run

  /**
   * Starts the workers and handles signals until all workers have ended:
   *
   * - SIGTERM, SIGINT, SIGQUIT: as `stop`; a second signal kills all workers
   * - SIGHUP: as `reload`; as `stop` if the terminal of this process was closed
   *
   * @returns the exit code for this process: 0, the code of a worker that failed, or 128 plus the number of the second signal
   * @throws SupervisorError `SUPERVISOR_ALREADY_STARTED`, `SUPERVISOR_NOT_RUNNING`
   */
  async run(): Promise<number> {
    const { logger } = this.#options;
    let forced: number | undefined;
    const removeHandlers = onSupervisorSignals({
      stop: (signal) => {
        logger.info({ signal }, `${signal}: the workers are asked to stop. The same signal again kills them.`);
        void this.stop();
      },
      force: (signal, exitCode) => {
        logger.warn({ signal }, `${signal} again: killing the workers`);
        forced = exitCode;
        this.kill();
      },
      reload: (signal) => {
        logger.info({ signal }, `${signal}: replacing the workers one after the other`);
        void this.#reloadAndTell();
      },
    });
    try {
      await this.#startAndTell();
      await this.#stopped;
      return forced ?? this.#exitCode;
    } finally {
      removeHandlers();
    }
  }

  /** A failed worker has already reported its error, and a stop during the start was requested; both end the run. */
  async #startAndTell(): Promise<void> {
    const { logger, threadCount: threads } = this.#options;
    try {
      await this.start();
      logger.info(
        { threads, addresses: this.addresses },
        threads === 1 ? '1 thread is ready' : `${threads} threads are ready`,
      );
    } catch (error) {
      if (!(error instanceof SupervisorError) || !this.#isStopping) throw error;
      if (error.code === 'SUPERVISOR_START_FAILED') this.#exitCode = error.exitCode;
    }
  }

  async #reloadAndTell(): Promise<void> {
    const { logger } = this.#options;
    try {
      await this.reload();
      logger.info({}, 'All workers have been replaced');
    } catch (error) {
      if (!this.#isStopping) logger.error({ err: error }, (error as Error).message);
    }
  }

  // The interface for the threads

  #threadHost(): ThreadHost {
    const { clock, logger, restartBackoff } = this.#options;
    return {
      clock,
      logger,
      restartBackoff,
      launch: (thread) =>
        new WorkerProcess(
          thread.number,
          this.#launch,
          this.#options,
          {
            addresses: () => this.addresses,
            useUmask,
            retire: () => void this.#retire(thread),
            shutdown: () => void this.stop(),
          },
          this.#keys,
        ),
      restartFailed: (exit) => this.#restartFailed(exit),
      becameReady: () => (this.#failedStarts = 0),
    };
  }

  #shareKeys(): void {
    for (const thread of this.#threads) {
      for (const worker of thread.processes) worker.shareKeys();
    }
  }

  /** A worker received a stop request that did not come from this supervisor. */
  async #retire(thread: SupervisedThread): Promise<void> {
    // The worker does not repeat a request that arrives while other workers start.
    await this.#starting?.catch(() => undefined);
    if (this.#state !== 'running' || thread.isReplacing) return;
    try {
      await thread.replace();
    } catch (error) {
      if (!this.#isStopping) this.#options.logger.error({ err: error }, (error as Error).message);
    }
  }

  #restartFailed(exit: Exit): void {
    const { maxFailedStarts, logger } = this.#options;
    if (this.#threads.some(({ isReady }) => isReady) || ++this.#failedStarts < maxFailedStarts) return;
    logger.error({ ...exit }, `No worker is left, and ${this.#failedStarts} starts in a row have failed: giving up`);
    this.#exitCode = exitCodeOf(exit) || 1;
    void this.stop();
  }
}

const failure = (code: 'SUPERVISOR_START_FAILED' | 'SUPERVISOR_RELOAD_FAILED', error: unknown): SupervisorError => {
  if (!(error instanceof WorkerStartError)) return new SupervisorError(code, { cause: error });
  const { message, exitCode, cause } = error;
  return new SupervisorError(code, { detail: message, exitCode, cause });
};
