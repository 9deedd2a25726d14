import type { Clock } from '../../src/clock.ts';

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now = 0;
  #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Milliseconds until the next timer; `undefined` when none runs. */
  get next(): number | undefined {
    const times = [...this.#timers].map(({ at }) => at - this.#now).filter(Number.isFinite);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Moves on, and lets what follows from that happen. */
  async tick(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    for (const timer of this.#timers) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
    await turn();
  }
}

/** Lets every promise settle that can. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
