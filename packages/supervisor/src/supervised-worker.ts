import type { Cluster } from 'node:cluster';
import { constants } from 'node:os';
import { type SupervisorMessage, type WorkerMessage, kindOf, reportedError } from './messages.ts';
import { threadVariable } from './thread-variable.ts';

/** Ends what the worker does; `signal` aborts when the time for it is over. */
export type StopWorker = (signal: AbortSignal) => void | Promise<void>;

/** What a worker of a `Supervisor` can say to it and hear from it. */
export interface SupervisedWorker {
  /** Which thread this is, 1 is the first. A successor has the number of the one that it replaces. */
  readonly thread: number;
  /** The process that has been handed descriptors by systemd, for example. */
  readonly supervisorPid: number;
  /** What the other workers listened on when this one joined; empty until the supervisor has said so. */
  readonly siblingAddresses: readonly string[];
  /** Says that this worker serves. @param addresses what it listens on */
  reportReady(addresses?: readonly string[]): void;
  /** Says why the start has failed, for `cause` of the supervisor's error; the process still has to end by itself. */
  reportFailed(error: unknown): void;
  /**
   * What is to be done when this worker has to leave: because all stop, or it is replaced, or the supervisor is gone.
   * When it is done the worker lets go of the supervisor, and ends as soon as nothing keeps it alive. Best said before the
   * start; a request that has come by then is not lost.
   */
  onStopRequested(stop: StopWorker): void;
  /** Asks for all workers to end. */
  requestShutdown(): void;
  /**
   * Gives the 48 random bytes that all workers of the supervisor have and nobody else, e.g. for session tickets of TLS: soon, in
   * any case before the worker can listen, and again whenever there are others, which is with each reload and every 12 hours.
   */
  onSharedKeys(use: (keys: Uint8Array) => void): void;
}

/** What a worker gets after its time is over, in milliseconds, when nobody is left to kill it. */
const orphanGrace = 3_000;

/** Milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** A terminal sends them to every process of its group. The supervisor acts on them. */
const groupSignals = ['SIGINT', 'SIGQUIT', 'SIGHUP'] as const;

class Member implements SupervisedWorker {
  readonly thread: number;
  readonly supervisorPid = process.ppid;
  readonly #cluster: Cluster;
  readonly #deadline = new AbortController();
  #stop: StopWorker | undefined;
  #keys: Uint8Array | undefined;
  #useKeys: ((keys: Uint8Array) => void) | undefined;
  #siblingAddresses: readonly string[] = [];
  #shutdownTimeout: number | null = null;
  #requested = false;
  #left = false;

  constructor(thread: number, cluster: Cluster) {
    this.thread = thread;
    this.#cluster = cluster;
    for (const name of groupSignals) process.on(name, () => this.#exitIfAlone(name));
    // Nobody but an operator, or a service manager that ends all at once, sends this one to a worker.
    process.on('SIGTERM', () => {
      this.#exitIfAlone('SIGTERM');
      this.#send({ windhover: 'retire' });
    });
    process.on('message', (message) => this.#received(message as SupervisorMessage));
    cluster.worker!.on('disconnect', () => this.#disconnected());
    this.#send({ windhover: 'joined' });
  }

  get siblingAddresses(): readonly string[] {
    return this.#siblingAddresses;
  }

  reportReady(addresses: readonly string[] = []): void {
    this.#send({ windhover: 'ready', addresses });
  }

  reportFailed(error: unknown): void {
    this.#send({ windhover: 'failed', error: reportedError(error) });
  }

  onStopRequested(stop: StopWorker): void {
    this.#stop = stop;
    if (this.#requested) void this.#leave();
  }

  requestShutdown(): void {
    this.#send({ windhover: 'shutdown' });
  }

  onSharedKeys(use: (keys: Uint8Array) => void): void {
    this.#useKeys = use;
    if (this.#keys !== undefined) use(this.#keys);
  }

  /** Without its supervisor a worker is about to end, and need not be spared. */
  #exitIfAlone(signal: NodeJS.Signals): void {
    if (process.connected) return;
    if (this.#left) process.exit();
    process.exit(128 + constants.signals[signal]);
  }

  #send(message: WorkerMessage): void {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  #received(message: SupervisorMessage): void {
    // Both ends of the channel are this package, so the kind is all that has to be looked at.
    if (kindOf(message) === undefined) return;
    if (message.windhover === 'stop') return this.#stopRequested();
    if (message.windhover === 'welcome') {
      this.#shutdownTimeout = message.shutdownTimeout;
      this.#siblingAddresses = message.addresses;
    }
    this.#keys = Buffer.from(message.keys, 'base64');
    this.#useKeys?.(this.#keys);
  }

  /** Where there is something to stop, `node:cluster` is kept from ending this process with the requests that run in it. */
  #disconnected(): void {
    if (this.#left || this.#stop === undefined) return;
    this.#cluster.worker!.exitedAfterDisconnect = true;
    this.#afterShutdownTimeout(orphanGrace, () => process.exit(1));
    this.#stopRequested();
  }

  #afterShutdownTimeout(delay: number, callback: () => void): void {
    if (this.#shutdownTimeout === null) return;
    setTimeout(callback, Math.min(this.#shutdownTimeout + delay, longestTimer)).unref();
  }

  #stopRequested(): void {
    if (this.#requested) return;
    this.#requested = true;
    this.#afterShutdownTimeout(0, () => this.#deadline.abort());
    if (this.#stop !== undefined) void this.#leave();
  }

  async #leave(): Promise<void> {
    try {
      await this.#stop?.(this.#deadline.signal);
    } finally {
      // Connections that are on their way from the supervisor go back to it before the channel closes.
      this.#left = true;
      if (process.connected) this.#cluster.worker!.disconnect();
    }
  }
}

let member: SupervisedWorker | undefined;

/**
 * The worker that this process is; `undefined` in every other process. The first call joins the supervisor: from then on
 * signals that come to the whole group are the supervisor's, and SIGTERM asks for a successor.
 *
 * Whoever asks only where `process.env.WINDHOVER_THREAD` is set need not load this module elsewhere.
 */
export const supervisedWorker = (): SupervisedWorker | undefined => {
  const thread = process.env[threadVariable];
  if (thread === undefined) return undefined;
  // Asked for here, so that a process which is no worker does not load it. A child of a worker inherits the variable only.
  const cluster = process.getBuiltinModule('node:cluster');
  if (!cluster.isWorker) return undefined;
  return (member ??= new Member(Number(thread), cluster));
};
