import type { PendingWorkFeature } from '@windhover/http';

/** Work of requests that continues after their responses. */
export class PendingWork implements PendingWorkFeature {
  readonly #running = new Set<Promise<void>>();

  waitFor(work: Promise<void>): void {
    this.#running.add(work);
    const settled = (): void => void this.#running.delete(work);
    // A rejection, which the feature does not allow, must not stop the host.
    work.then(settled, settled);
  }

  /** Resolves when no work is left, including work added meanwhile. */
  async whenEmpty(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
