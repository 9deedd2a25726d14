import type { Clock } from './clock.ts';
import { type Exit, describeExit, exitCodeOf } from './exit.ts';
import { type ReportedError, type SupervisorMessage, errorOf, readWorkerMessage } from './messages.ts';
import type { SharedKeys } from './shared-keys.ts';

/** The part of a worker's process that the supervisor uses. */
export interface WorkerChannel {
  readonly pid: number | undefined;
  /** Sends a message. Does nothing after the process has ended. */
  send(message: SupervisorMessage): void;
  /** Kills the process. */
  kill(): void;
  /** Sets the observer. Called once, right after the launch. */
  listen(listener: WorkerListener): void;
}

/** Receives the events of a process. */
export interface WorkerListener {
  message(message: unknown): void;
  /** The channel is closed, so no more messages can be sent. */
  disconnected(): void;
  exited(exit: Exit): void;
}

/** Starts a process for a thread; threads are counted from 1. */
export type LaunchWorker = (thread: number) => WorkerChannel;

/** A worker ended before it was ready. */
export class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError';
  readonly exitCode: number;
  /** Whether the worker could print the reason itself. */
  readonly isExplained: boolean;

  constructor(detail: string, exit: Exit, reported: ReportedError | undefined) {
    super(detail, reported === undefined ? undefined : { cause: errorOf(reported) });
    // A worker that exits with 0 before it is ready has failed as well.
    this.exitCode = exitCodeOf(exit) || 1;
    this.isExplained = exit.code !== null;
  }
}

/** Times in milliseconds. */
export interface WorkerTimes {
  readonly startTimeout: number;
  readonly shutdownTimeout: number;
  readonly killDelay: number;
  readonly clock: Clock;
}

/** Requests and reports of a worker to its supervisor. */
export interface WorkerRequests {
  /** The addresses that all workers listen on. */
  addresses(): readonly string[];
  /** Makes the umask of this process stricter while it binds a socket for the worker. @returns a function that undoes it */
  useUmask(umask: number): () => void;
  /** The worker requests its replacement. */
  retire(): void;
  /** The worker requests a stop of all workers. */
  shutdown(): void;
}

/** One process of one thread, from its start to its end. */
export class WorkerProcess {
  readonly thread: number;
  /** Resolves when the worker serves; rejects with a `WorkerStartError` if it ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<Exit>;
  /** Resolves when a worker that serves closes its channel without a stop request. It should drain and exit by itself. */
  readonly lost: Promise<void>;
  #resolveReady!: () => void;
  #rejectReady!: (error: WorkerStartError) => void;
  #resolveExited!: (exit: Exit) => void;
  #resolveLost!: () => void;
  readonly #channel: WorkerChannel;
  readonly #times: WorkerTimes;
  readonly #requests: WorkerRequests;
  readonly #keys: SharedKeys;
  #cancelTimer: () => void;
  #releaseUmask: () => void = () => {};
  #addresses: readonly string[] = [];
  #reported: ReportedError | undefined;
  #readyAt: number | undefined;
  #endedAt: number | undefined;
  #joined = false;
  #stopping = false;
  #isConnected = true;
  #isLost = false;
  #killed = false;
  #timedOut = false;
  #exit: Exit | undefined;

  constructor(thread: number, launch: LaunchWorker, times: WorkerTimes, requests: WorkerRequests, keys: SharedKeys) {
    this.thread = thread;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.ready.catch(() => undefined); // Not every caller awaits `ready`; this avoids an unhandled rejection.
    this.exited = new Promise((resolve) => (this.#resolveExited = resolve));
    this.lost = new Promise((resolve) => (this.#resolveLost = resolve));
    this.#times = times;
    this.#requests = requests;
    this.#keys = keys;
    this.#channel = launch(thread);
    this.#cancelTimer = times.clock.after(times.startTimeout, () => {
      this.#timedOut = true;
      this.kill();
    });
    this.#channel.listen({
      message: (message) => this.#received(message),
      disconnected: () => this.#disconnected(),
      exited: (exit) => this.#ended(exit),
    });
  }

  get pid(): number | undefined {
    return this.#channel.pid;
  }

  /** The addresses that the worker has reported. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  get isReady(): boolean {
    return this.#readyAt !== undefined && !this.#stopping && this.#exit === undefined;
  }

  /** Milliseconds from ready to the end of the channel or the process, or until now; 0 if the worker was never ready. */
  get readyFor(): number {
    return this.#readyAt === undefined ? 0 : (this.#endedAt ?? this.#times.clock.now()) - this.#readyAt;
  }

  get hasExited(): boolean {
    return this.#exit !== undefined;
  }

  /** Whether the worker has closed its channel while it served, without a stop request. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Whether the worker had to be killed. */
  get wasKilled(): boolean {
    return this.#killed;
  }

  /**
   * Asks the worker to drain and exit, and kills it at the deadline. A worker that is not ready is killed immediately if
   * it cannot be asked: before it has joined, and after it has closed its channel.
   */
  stop(): Promise<Exit> {
    if (!this.#stopping && this.#exit === undefined) {
      this.#stopping = true;
      if (this.#joined && this.#isConnected) {
        this.#channel.send({ windhover: 'stop' });
        this.#killLater();
      } else {
        this.kill();
      }
    }
    return this.exited;
  }

  /** Kills the worker. */
  kill(): void {
    if (this.#exit !== undefined) return;
    this.#killed = true;
    this.#channel.kill();
  }

  #killLater(): void {
    const { clock, shutdownTimeout, killDelay } = this.#times;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(shutdownTimeout + killDelay, () => this.kill());
  }

  #received(received: unknown): void {
    const message = readWorkerMessage(received);
    switch (message?.windhover) {
      case 'joined':
        return this.#join();
      case 'ready':
        return this.#becameReady(message.addresses);
      case 'failed':
        this.#reported = message.error;
        return;
      case 'umask':
        return this.#useUmask(message.umask);
      case 'retire':
        // A worker that is stopping has a successor already.
        if (!this.#stopping) this.#requests.retire();
        return;
      case 'shutdown':
        return this.#requests.shutdown();
    }
  }

  #useUmask(umask: number | undefined): void {
    this.#releaseUmask();
    if (umask !== undefined && this.#exit === undefined) this.#releaseUmask = this.#requests.useUmask(umask);
  }

  #join(): void {
    this.#joined = true;
    const { shutdownTimeout } = this.#times;
    // JSON cannot represent Infinity.
    this.#channel.send({
      windhover: 'welcome',
      shutdownTimeout: Number.isFinite(shutdownTimeout) ? shutdownTimeout : null,
      keys: this.#keys.current,
      addresses: this.#requests.addresses(),
    });
  }

  /** Sends the changed keys to the worker. */
  shareKeys(): void {
    if (this.#joined) this.#channel.send({ windhover: 'keys', keys: this.#keys.current });
  }

  #becameReady(addresses: readonly string[]): void {
    if (this.#stopping || this.#readyAt !== undefined) return;
    this.#cancelTimer();
    this.#addresses = addresses;
    this.#readyAt = this.#times.clock.now();
    this.#resolveReady();
  }

  /**
   * After a stop request this is expected. A worker that serves has the same time as after a request. One that is not
   * ready has failed; it keeps the rest of `startTimeout` to exit.
   */
  #disconnected(): void {
    this.#isConnected = false;
    if (this.#exit !== undefined || this.#stopping || this.#readyAt === undefined) return;
    this.#stopping = true;
    this.#isLost = true;
    this.#endedAt = this.#times.clock.now();
    this.#killLater();
    this.#resolveLost();
  }

  #ended(exit: Exit): void {
    if (this.#exit !== undefined) return;
    this.#exit = exit;
    this.#releaseUmask();
    this.#endedAt ??= this.#times.clock.now();
    this.#cancelTimer();
    const late = this.#timedOut ? `was not ready within ${this.#times.startTimeout} ms` : undefined;
    const detail = `Thread ${this.thread} ${late ?? describeExit(exit)}`;
    this.#rejectReady(new WorkerStartError(detail, exit, this.#reported));
    this.#resolveExited(exit);
  }
}
