import type { SupervisorMessage, WorkerMessage } from '../../src/messages.ts';
import type { LaunchWorker, WorkerChannel, WorkerListener } from '../../src/worker-process.ts';
import { turns } from '../../../../tools/test-support/turns.ts';

/** A worker that a test controls. */
export class FakeWorker implements WorkerChannel {
  readonly thread: number;
  readonly pid: number;
  /** Messages received from the supervisor. */
  readonly received: SupervisorMessage['windhover'][] = [];
  /** Shared keys received from the supervisor, the newest last. */
  readonly keys: string[] = [];
  /** Addresses of the other workers, received from the supervisor. */
  siblings: readonly string[] = [];
  killed = false;
  #listener!: WorkerListener;

  constructor(thread: number, pid: number) {
    this.thread = thread;
    this.pid = pid;
  }

  send(message: SupervisorMessage): void {
    if ('addresses' in message) this.siblings = message.addresses;
    if ('keys' in message) this.keys.push(message.keys);
    if (message.windhover !== 'keys') this.received.push(message.windhover);
  }

  kill(): void {
    this.killed = true;
    this.#listener.exited({ code: null, signal: 'SIGKILL' });
  }

  listen(listener: WorkerListener): void {
    this.#listener = listener;
  }

  async says(message: WorkerMessage): Promise<void> {
    this.#listener.message(message);
    await turns();
  }

  /** Joins and reports ready. */
  async serves(...addresses: string[]): Promise<this> {
    await this.says({ windhover: 'joined' });
    await this.says({ windhover: 'ready', addresses });
    return this;
  }

  async ends(code: number | null = 0, signal: NodeJS.Signals | null = null): Promise<void> {
    this.#listener.exited({ code, signal });
    await turns();
  }

  async disconnects(): Promise<void> {
    this.#listener.disconnected();
    await turns();
  }
}

/** All workers that a supervisor has started, in order. */
export class FakeWorkers {
  readonly started: FakeWorker[] = [];
  readonly launch: LaunchWorker = (thread) => {
    const worker = new FakeWorker(thread, 101 + this.started.length);
    this.started.push(worker);
    return worker;
  };

  get last(): FakeWorker {
    return this.started.at(-1)!;
  }
}
