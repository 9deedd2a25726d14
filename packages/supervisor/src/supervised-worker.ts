import type { Cluster } from 'node:cluster';
import { constants } from 'node:os';
import { longestTimer } from './clock.ts';
import { type SupervisorMessage, type WorkerMessage, readSupervisorMessage, reportedError } from './messages.ts';
import { threadVariable } from './thread-variable.ts';

/** Stops the work of the worker, e.g. its server; `signal` aborts at the deadline. */
export type StopWorker = (signal: AbortSignal) => void | Promise<void>;

/** The connection of a worker to its `Supervisor`. */
export interface SupervisedWorker {
  /** The number of the thread, counted from 1. A successor has the number of the worker that it replaces. */
  readonly thread: number;
  /** The process id of the supervisor. Descriptors from systemd, for example, belong to that process. */
  readonly supervisorPid: number;
  /** The addresses that the other workers listened on when this worker joined; empty until the supervisor has sent them. */
  readonly siblingAddresses: readonly string[];
  /** Reports that this worker serves. @param addresses the addresses that it listens on */
  reportReady(addresses?: readonly string[]): void;
  /** Reports why the start failed, for `cause` of the supervisor's error. The process still has to exit by itself. */
  reportFailed(error: unknown): void;
  /**
   * Sets the function that stops this worker. It is called when all workers stop, when this worker is replaced, and when
   * the supervisor has died. When its promise settles, the worker disconnects from the supervisor, and the process exits
   * as soon as nothing keeps it alive. Call this before the start of the server; a stop request that arrived earlier is
   * not lost.
   */
  onStopRequested(stop: StopWorker): void;
  /** Requests a stop of all workers, including this one. */
  requestShutdown(): void;
  /**
   * Passes 48 random bytes that all workers of the supervisor share, e.g. for TLS session tickets. The function is called
   * before the worker can listen, and again whenever the bytes change: with each reload and every 12 hours.
   */
  onSharedKeys(use: (keys: Uint8Array) => void): void;
}

/** Milliseconds from the deadline until a worker without a supervisor ends itself. */
const orphanGrace = 3_000;

/** Signals that a terminal sends to every process of its group. Only the supervisor acts on them. */
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
    // Only an operator, or a service manager that stops all processes at once, sends this signal to a worker.
    process.on('SIGTERM', () => {
      this.#exitIfAlone('SIGTERM');
      this.#send({ windhover: 'retire' });
    });
    process.on('message', (message) => this.#received(readSupervisorMessage(message)));
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

  /** Signals end a worker without a supervisor as usual, because it is stopping anyway. */
  #exitIfAlone(signal: NodeJS.Signals): void {
    if (process.connected) return;
    if (this.#left) process.exit();
    process.exit(128 + constants.signals[signal]);
  }

  #send(message: WorkerMessage): void {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  #received(message: SupervisorMessage | undefined): void {
    if (message === undefined) return;
    if (message.windhover === 'stop') return this.#stopRequested();
    if (message.windhover === 'welcome') {
      this.#shutdownTimeout = message.shutdownTimeout;
      this.#siblingAddresses = message.addresses;
    }
    this.#keys = Buffer.from(message.keys, 'base64');
    this.#useKeys?.(this.#keys);
  }

  /** If a stop function is set, keeps `node:cluster` from ending this process, so that its requests can finish. */
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
      // Connections in transit from the supervisor are returned to it before the channel closes.
      this.#left = true;
      if (process.connected) this.#cluster.worker!.disconnect();
    }
  }
}

let member: SupervisedWorker | undefined;

/**
 * The worker of this process; `undefined` in a process that is not a worker. The first call joins the supervisor. From
 * then on the worker ignores signals that are sent to the whole process group, and SIGTERM requests a successor.
 *
 * A program that checks `process.env.WINDHOVER_THREAD` first has to load this module in workers only.
 */
export const supervisedWorker = (): SupervisedWorker | undefined => {
  const thread = process.env[threadVariable];
  if (thread === undefined) return undefined;
  // Loaded here, so that only a worker loads `node:cluster`. A child process of a worker inherits just the variable.
  const cluster = process.getBuiltinModule('node:cluster');
  if (!cluster.isWorker) return undefined;
  return (member ??= new Member(Number(thread), cluster));
};
