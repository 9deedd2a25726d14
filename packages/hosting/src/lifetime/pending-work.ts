import type { PendingWorkFeature } from '@windhover/http';

/** The work of requests that goes on after their responses. */
export class PendingWork implements PendingWorkFeature {
  readonly #running = new Set<Promise<void>>();

  waitFor(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  /** Resolves when nothing runs any more, also nothing that was added in the meantime. */
  async whenEmpty(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
