import type { Clock } from '../../src/index.ts';

interface Alarm {
  readonly milliseconds: number;
  readonly callback: () => void;
  due: number;
}

/** Time that only the test moves. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#now;
  }

  every(milliseconds: number, callback: () => void): () => void {
    const alarm = { milliseconds, callback, due: this.#now + milliseconds };
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /** Intervals that run. */
  get running(): number {
    return this.#alarms.size;
  }

  /** Lets so many seconds pass, one by one. */
  seconds(count: number): void {
    for (let second = 0; second < count; second++) {
      this.#now += 1000;
      for (const alarm of this.#alarms) this.#ring(alarm);
    }
  }

  #ring(alarm: Alarm): void {
    for (; alarm.due <= this.#now; alarm.due += alarm.milliseconds) alarm.callback();
  }
}
