import { Recorder } from './recorder.ts';
import type { Snapshot } from '../snapshot.ts';

/** Milliseconds between two snapshots. */
const interval = 1000;

/** Open connections of one server. */
export interface OpenConnections {
  readonly counters: { readonly current: number; readonly upgraded: number };
}

/** Receives each snapshot. */
export type SnapshotReceiver = (snapshot: Snapshot) => void;

/** Takes a snapshot of this process each second while there is a watcher. Otherwise nothing is counted. */
export class ProcessCounts {
  readonly #servers = new Set<OpenConnections>();
  readonly #receivers = new Set<SnapshotReceiver>();
  #recorder: Recorder | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Adds a server whose connections are counted. */
  addServer(server: OpenConnections): void {
    this.#servers.add(server);
  }

  /** Calls the receiver with a snapshot at once and then each second. @returns ends it */
  watch(receive: SnapshotReceiver): Disposable {
    this.#receivers.add(receive);
    if (this.#recorder === undefined) this.#start();
    receive(this.#recorder!.snapshot());
    return {
      [Symbol.dispose]: () => {
        this.#receivers.delete(receive);
        if (this.#receivers.size === 0) this.#stop();
      },
    };
  }

  #start(): void {
    this.#recorder = new Recorder(() => this.#connections());
    this.#timer = setInterval(() => {
      const snapshot = this.#recorder!.snapshot();
      for (const receive of this.#receivers) receive(snapshot);
    }, interval).unref();
  }

  #connections(): OpenConnections['counters'] {
    let current = 0;
    let upgraded = 0;
    for (const { counters } of this.#servers) {
      current += counters.current;
      upgraded += counters.upgraded;
    }
    return { current, upgraded };
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#recorder?.[Symbol.dispose]();
    this.#recorder = undefined;
  }
}

/** The counts of this process, for all of its dashboards. */
export const processCounts: ProcessCounts = new ProcessCounts();
