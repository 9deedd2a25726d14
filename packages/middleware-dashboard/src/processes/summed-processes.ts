import type { LiveView, Snapshot, SnapshotPair } from '../snapshot.ts';
import { viewOf } from '../snapshot.ts';

/** The last two snapshots of each process, and the totals of processes that have ended. */
export class SummedProcesses {
  readonly #pairs = new Map<number, SnapshotPair>();
  readonly #first = new Map<number, number>();
  #endedRequests = 0;

  /** Adds a snapshot. The first snapshot of a process is its base, from which counts begin. */
  add(now: Snapshot): void {
    const before = this.#pairs.get(now.pid)?.now ?? now;
    if (!this.#first.has(now.pid)) this.#first.set(now.pid, now.requests.count);
    this.#pairs.set(now.pid, { before, now });
  }

  /** A process has ended. Its requests stay in the total. */
  remove(pid: number): void {
    this.#endedRequests += this.#requestsOf(pid);
    this.#pairs.delete(pid);
    this.#first.delete(pid);
  }

  get size(): number {
    return this.#pairs.size;
  }

  #requestsOf(pid: number): number {
    const pair = this.#pairs.get(pid);
    return pair === undefined ? 0 : pair.now.requests.count - this.#first.get(pid)!;
  }

  /** @param time milliseconds since 1970 */
  view(time: number): LiveView {
    const total = [...this.#pairs.keys()].reduce((sum, pid) => sum + this.#requestsOf(pid), this.#endedRequests);
    return viewOf([...this.#pairs.values()], time, total);
  }
}
