import type { PendingWorkFeature } from '@windhover/http';

/** Work of requests that continues after their responses. */
export class PendingWork implements PendingWorkFeature {
  readonly #running = new Set<Promise<void>>();

  waitFor(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  /** Resolves when no work is left, including work added meanwhile. */
  async whenEmpty(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
