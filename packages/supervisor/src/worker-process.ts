import type { Clock } from './clock.ts';
import { type Exit, describeExit, exitCodeOf } from './exit.ts';
import { type ReportedError, type SupervisorMessage, type WorkerMessage, errorOf, kindOf } from './messages.ts';
import type { SharedKeys } from './shared-keys.ts';

/** The process below a worker, as far as the supervisor needs it. */
export interface WorkerChannel {
  readonly pid: number | undefined;
  /** Nothing happens when it is gone. */
  send(message: SupervisorMessage): void;
  /** Ends it at once. */
  kill(): void;
  /** Called once, and soon. */
  listen(listener: WorkerListener): void;
}

/** Who is told what a process does. */
export interface WorkerListener {
  message(message: unknown): void;
  /** It can be told nothing any more. */
  disconnected(): void;
  exited(exit: Exit): void;
}

/** Starts a process for a thread; 1 is the first. */
export type LaunchWorker = (thread: number) => WorkerChannel;

/** Why a worker never became ready. */
export class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError';
  readonly exitCode: number;
  /** Whether the worker has had the chance to say why on its own output. */
  readonly isExplained: boolean;

  constructor(detail: string, exit: Exit, reported: ReportedError | undefined) {
    super(detail, reported === undefined ? undefined : { cause: errorOf(reported) });
    // A worker that ends well before it is ready has failed as well.
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

/** What a worker asks of its supervisor. */
export interface WorkerRequests {
  /** What all workers listen on. */
  addresses(): readonly string[];
  /** Adds to the umask of this process, for a socket that it binds for the worker. @returns takes it back */
  useUmask(umask: number): () => void;
  /** It wants to be replaced. */
  retire(): void;
  /** It wants all workers to end. */
  shutdown(): void;
}

/** One process of one thread, from its start to its end. */
export class WorkerProcess {
  readonly thread: number;
  /** Resolves when it serves; rejects with a `WorkerStartError` when it ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<Exit>;
  #resolveReady!: () => void;
  #rejectReady!: (error: WorkerStartError) => void;
  #resolveExited!: (exit: Exit) => void;
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
  #killed = false;
  #timedOut = false;
  #exit: Exit | undefined;

  constructor(thread: number, launch: LaunchWorker, times: WorkerTimes, requests: WorkerRequests, keys: SharedKeys) {
    this.thread = thread;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.ready.catch(() => undefined); // Who waits for it is told; nobody has to wait.
    this.exited = new Promise((resolve) => (this.#resolveExited = resolve));
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

  /** What it listens on, as it says. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  get isReady(): boolean {
    return this.#readyAt !== undefined && !this.#stopping && this.#exit === undefined;
  }

  /** Milliseconds from ready to the end, or until now; 0 if it never was. */
  get readyFor(): number {
    return this.#readyAt === undefined ? 0 : (this.#endedAt ?? this.#times.clock.now()) - this.#readyAt;
  }

  get hasExited(): boolean {
    return this.#exit !== undefined;
  }

  /** Whether it had to be killed. */
  get wasKilled(): boolean {
    return this.#killed;
  }

  /** Asks it to end what it does and leave; kills it when it does not, and at once when it does not listen yet. */
  stop(): Promise<Exit> {
    if (!this.#stopping && this.#exit === undefined) {
      this.#stopping = true;
      if (this.#joined) {
        this.#channel.send({ windhover: 'stop' });
        this.#killLater();
      } else {
        this.kill();
      }
    }
    return this.exited;
  }

  /** Ends it at once. */
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

  #received(message: unknown): void {
    if (!isWorkerMessage(message)) return;
    switch (message.windhover) {
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
        return this.#requests.retire();
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
    // JSON has no Infinity.
    this.#channel.send({
      windhover: 'welcome',
      shutdownTimeout: Number.isFinite(shutdownTimeout) ? shutdownTimeout : null,
      keys: this.#keys.current,
      addresses: this.#requests.addresses(),
    });
  }

  /** The keys have changed. */
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

  /** It ends by itself after it was asked to. Otherwise nobody can ask it any more, so it has the same time to end. */
  #disconnected(): void {
    if (this.#exit !== undefined || this.#stopping) return;
    this.#stopping = true;
    this.#killLater();
  }

  #ended(exit: Exit): void {
    if (this.#exit !== undefined) return;
    this.#exit = exit;
    this.#releaseUmask();
    this.#endedAt = this.#times.clock.now();
    this.#cancelTimer();
    const late = this.#timedOut ? `was not ready within ${this.#times.startTimeout} ms` : undefined;
    const detail = `Thread ${this.thread} ${late ?? describeExit(exit)}`;
    this.#rejectReady(new WorkerStartError(detail, exit, this.#reported));
    this.#resolveExited(exit);
  }
}

const kinds: ReadonlySet<unknown> = new Set<WorkerMessage['windhover']>([
  'joined',
  'ready',
  'failed',
  'umask',
  'retire',
  'shutdown',
]);

/** Both ends of the channel are this package, so the kind is all that has to be looked at. */
const isWorkerMessage = (message: unknown): message is WorkerMessage => kinds.has(kindOf(message));
