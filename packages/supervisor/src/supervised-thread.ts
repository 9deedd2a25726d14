import type { Clock } from './clock.ts';
import { SupervisorError } from './errors.ts';
import { type Exit, describeExit } from './exit.ts';
import type { SupervisorLogger } from './logger.ts';
import { type RestartBackoff, RestartDelay } from './restart-backoff.ts';
import type { WorkerProcess, WorkerStartError } from './worker-process.ts';

/** What a thread needs of its supervisor. */
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

/** One event loop that is to run: the worker that runs it now, and whoever is to be next. */
export class SupervisedThread {
  /** 1 is the first. */
  readonly number: number;
  readonly #host: ThreadHost;
  readonly #delay: RestartDelay;
  /** The one that serves, or served last; others start, or are on their way out. */
  #current: WorkerProcess | undefined;
  /** All that have not ended. */
  readonly #alive = new Set<WorkerProcess>();
  #cancelRestart: (() => void) | undefined;
  #restarting: Promise<void> | undefined;
  /** From the launch of a successor until it serves. */
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

  /** The processes that it has at the moment. */
  get processes(): Iterable<WorkerProcess> {
    return this.#alive;
  }

  /**
   * The first start.
   *
   * @throws WorkerStartError; nothing is tried again then
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
   * Starts a new worker, and lets the old one go when the new one is ready. Resolves when the old one has left. One that
   * is in progress comes first.
   *
   * @throws WorkerStartError the new one has failed, and the old one goes on
   * @throws SupervisorError `SUPERVISOR_NOT_RUNNING`
   */
  async replace(): Promise<void> {
    await this.#replacing?.catch(() => undefined);
    this.#replacing = this.#succeed();
    await this.#retire(await this.#replacing);
  }

  /** @returns the worker that has served until now */
  async #succeed(): Promise<WorkerProcess | undefined> {
    this.#cancelRestart?.();
    this.#cancelRestart = undefined;
    try {
      await this.#restarting;
      if (this.#stopping) throw new SupervisorError('SUPERVISOR_NOT_RUNNING');
      const old = this.#current;
      const successor = this.#launch();
      await successor.ready;
      this.#serve(successor);
      return old;
    } finally {
      this.#replacing = undefined;
      if (this.#current?.hasExited !== false) this.#restartLater();
    }
  }

  async #retire(old: WorkerProcess | undefined): Promise<void> {
    if (old === undefined) return;
    const exit = await old.stop();
    if (old.wasKilled) this.#warn(`Thread ${this.number}: its old worker (pid ${old.pid}) had to be killed`, exit);
  }

  /** Lets all of its workers end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelRestart?.();
    await Promise.all([...this.#alive].map((worker) => worker.stop()));
  }

  /** Ends all of its workers at once. */
  kill(): void {
    for (const worker of this.#alive) worker.kill();
  }

  #launch(): WorkerProcess {
    const worker = this.#host.launch(this);
    this.#alive.add(worker);
    void worker.exited.then((exit) => this.#exited(worker, exit));
    return worker;
  }

  /** From now on its end is a crash. */
  #serve(worker: WorkerProcess): void {
    this.#current = worker;
    this.#host.becameReady();
    this.#host.logger.info({ thread: this.number, pid: worker.pid }, `Thread ${this.number} is ready`);
    // It may have ended in the moment between, which nobody else sees.
    if (worker.hasExited) this.#restartLater();
  }

  #exited(worker: WorkerProcess, exit: Exit): void {
    this.#alive.delete(worker);
    if (worker !== this.#current || this.#stopping) return;
    this.#warn(`Thread ${this.number} (pid ${worker.pid}) ${describeExit(exit)}`, exit);
    this.#restartLater();
  }

  #restartLater(): void {
    // A successor is on its way; if it fails, `replace` comes back to this.
    if (this.#stopping || this.#replacing !== undefined || this.#cancelRestart !== undefined) return;
    const delay = this.#delay.after(this.#current?.readyFor ?? 0);
    this.#host.logger.info({ thread: this.number, delay }, `Thread ${this.number} starts again in ${delay} ms`);
    this.#cancelRestart = this.#host.clock.after(delay, () => {
      this.#cancelRestart = undefined;
      this.#restarting = this.#restart().finally(() => (this.#restarting = undefined));
    });
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
