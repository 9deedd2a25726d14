import type { Clock } from './clock.ts';
import { SupervisorError } from './errors.ts';
import { type Exit, describeExit } from './exit.ts';
import type { SupervisorLogger } from './logger.ts';
import { type RestartBackoff, RestartDelay } from './restart-backoff.ts';
import type { WorkerProcess, WorkerStartError } from './worker-process.ts';

/** The part of the supervisor that a thread uses. */
export interface ThreadHost {
  readonly clock: Clock;
  readonly logger: SupervisorLogger;
  readonly restartBackoff: RestartBackoff;
  /** Starts a process for this thread. */
  launch(thread: SupervisedThread): WorkerProcess;
  /** A restart has failed. */
  restartFailed(exit: Exit): void;
  /** A worker is ready. */
  becameReady(): void;
}

/** One of the event loops of the program: its current worker, and the successor of that worker during a replacement. */
export class SupervisedThread {
  /** The number of the thread, counted from 1. */
  readonly number: number;
  readonly #host: ThreadHost;
  readonly #delay: RestartDelay;
  /** The worker that serves, or served last. The other workers of the thread are starting or draining. */
  #current: WorkerProcess | undefined;
  /** All workers whose process has not ended. */
  readonly #alive = new Set<WorkerProcess>();
  #cancelRestart: (() => void) | undefined;
  #restarting: Promise<void> | undefined;
  /** Pending from the launch of a successor until the successor serves. */
  #replacing: Promise<WorkerProcess | undefined> | undefined;
  #stopping = false;

  constructor(number: number, host: ThreadHost) {
    this.number = number;
    this.#host = host;
    this.#delay = new RestartDelay(host.restartBackoff);
  }

  get worker(): WorkerProcess | undefined {
    return this.#current;
  }

  get isReady(): boolean {
    return this.#current?.isReady === true;
  }

  /** The current processes of the thread. */
  get processes(): Iterable<WorkerProcess> {
    return this.#alive;
  }

  /**
   * Starts the first worker. A failure is not retried.
   *
   * @throws WorkerStartError the worker ended before it was ready
   */
  async start(): Promise<void> {
    const worker = this.#launch();
    await worker.ready;
    this.#serve(worker);
  }

  get isReplacing(): boolean {
    return this.#replacing !== undefined;
  }

  /**
   * Starts a new worker, and asks the old one to stop when the new one is ready. Resolves when the old worker has ended.
   * Waits for a replacement that is already in progress.
   *
   * @throws WorkerStartError the new worker failed, and the old one continues
   * @throws SupervisorError `SUPERVISOR_NOT_RUNNING`
   */
  async replace(): Promise<void> {
    const replacing = this.#succeed(this.#replacing);
    this.#replacing = replacing;
    let old: WorkerProcess | undefined;
    try {
      old = await replacing;
    } finally {
      if (this.#replacing === replacing) this.#replacing = undefined;
      if (this.#current === undefined || hasLeft(this.#current)) this.#restartLater();
    }
    await this.#retire(old);
  }

  /**
   * Starts the successor after the replacement that is already in progress, if any. @returns the worker that served
   * before
   */
  async #succeed(before: Promise<unknown> | undefined): Promise<WorkerProcess | undefined> {
    await before?.catch(() => undefined);
    this.#cancelRestart?.();
    this.#cancelRestart = undefined;
    await this.#restarting;
    if (this.#stopping) throw new SupervisorError('SUPERVISOR_NOT_RUNNING');
    const old = this.#current;
    const successor = this.#launch();
    await successor.ready;
    this.#serve(successor);
    return old;
  }

  async #retire(old: WorkerProcess | undefined): Promise<void> {
    if (old === undefined) return;
    const exit = await old.stop();
    if (old.wasKilled) this.#warn(`Thread ${this.number}: its old worker (pid ${old.pid}) had to be killed`, exit);
  }

  /** Asks all workers of the thread to stop. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelRestart?.();
    await Promise.all([...this.#alive].map((worker) => worker.stop()));
  }

  /** Kills all workers of the thread. */
  kill(): void {
    for (const worker of this.#alive) worker.kill();
  }

  #launch(): WorkerProcess {
    const worker = this.#host.launch(this);
    this.#alive.add(worker);
    void worker.lost.then(() => this.#lost(worker));
    void worker.exited.then((exit) => this.#exited(worker, exit));
    return worker;
  }

  /** Makes the worker the current one. From now on its exit is a crash. */
  #serve(worker: WorkerProcess): void {
    this.#current = worker;
    this.#host.becameReady();
    this.#host.logger.info({ thread: this.number, pid: worker.pid }, `Thread ${this.number} is ready`);
    // The worker may have left in the meantime, and no other code checks that.
    if (hasLeft(worker)) this.#restartLater();
  }

  /**
   * The supervisor can no longer stop the worker, and cannot share sockets with it. It is replaced while it drains. Also
   * called for a worker that crashes, if its channel closes before its exit is reported.
   */
  #lost(worker: WorkerProcess): void {
    if (worker === this.#current) this.#restartLater();
  }

  #exited(worker: WorkerProcess, exit: Exit): void {
    this.#alive.delete(worker);
    if (this.#stopping || (worker !== this.#current && !worker.isLost)) return;
    this.#warn(`Thread ${this.number} (pid ${worker.pid}) ${describeExit(exit)}`, exit);
    // After the end of its channel the thread has been restarted, or will be.
    if (!worker.isLost) this.#restartLater();
  }

  #restartLater(): void {
    // A successor is starting. If it fails, `replace` restarts the thread.
    if (this.#stopping || this.#replacing !== undefined || this.#cancelRestart !== undefined) return;
    const delay = this.#delay.after(this.#current?.readyFor ?? 0);
    this.#host.logger.info({ thread: this.number, delay }, `Thread ${this.number} starts again in ${delay} ms`);
    this.#cancelRestart = this.#host.clock.after(delay, () => {
      this.#cancelRestart = undefined;
      this.#reportLost();
      this.#restarting = this.#restart().finally(() => (this.#restarting = undefined));
    });
  }

  #reportLost(): void {
    const lost = this.#current;
    if (lost?.isLost !== true || lost.hasExited) return;
    this.#host.logger.warn(
      { thread: this.number, pid: lost.pid },
      `Thread ${this.number} (pid ${lost.pid}) has closed its channel to the supervisor and still runs: it is replaced`,
    );
  }

  async #restart(): Promise<void> {
    const worker = this.#launch();
    try {
      await worker.ready;
      this.#serve(worker);
    } catch (error) {
      if (this.#stopping) return;
      const exit = await worker.exited;
      this.#warn((error as WorkerStartError).message, exit);
      this.#current = undefined;
      this.#host.restartFailed(exit);
      this.#restartLater();
    }
  }

  #warn(message: string, exit: Exit): void {
    this.#host.logger.warn({ thread: this.number, ...exit }, message);
  }
}

/** Whether a worker that was ready no longer serves, without a stop request. */
const hasLeft = ({ hasExited, isLost }: WorkerProcess): boolean => hasExited || isLost;
