import { turns } from './turns.ts';

interface Alarm {
  readonly callback: () => void;
  /** Milliseconds between two calls; `undefined` for an alarm that rings once. */
  readonly interval: number | undefined;
  due: number;
}

/** A clock that only the test advances: the `Clock` of the server, of WebSockets and of the supervisor. */
export class ManualClock {
  #now = 0;
  readonly #alarms = new Set<Alarm>();

  /** The current time in milliseconds. */
  now(): number {
    return this.#now;
  }

  /** Calls back at each interval until the returned function is called. */
  every(milliseconds: number, callback: () => void): () => void {
    return this.#add({ callback, interval: milliseconds, due: this.#now + milliseconds });
  }

  /** Calls back once, unless the returned function is called before. */
  after(milliseconds: number, callback: () => void): () => void {
    return this.#add({ callback, interval: undefined, due: this.#now + milliseconds });
  }

  #add(alarm: Alarm): () => void {
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /** Number of pending alarms. */
  get running(): number {
    return this.#alarms.size;
  }

  /** Milliseconds until the next alarm; `undefined` without alarms. */
  get next(): number | undefined {
    const waits = [...this.#alarms].map(({ due }) => due - this.#now).filter(Number.isFinite);
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  /** Advances the time in one step. An interval that was due several times calls back that many times. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const alarm of this.#alarms) this.#ring(alarm);
  }

  /** Advances the time second by second. */
  seconds(count: number): void {
    for (let second = 0; second < count; second++) this.advance(1000);
  }

  /**
   * Advances the time in one step like the timers of a blocked event loop: an interval that was due several times calls
   * back once.
   */
  late(milliseconds: number): void {
    this.#now += milliseconds;
    for (const alarm of this.#alarms) {
      if (alarm.due > this.#now) continue;
      alarm.due = this.#now;
      this.#ring(alarm);
    }
  }

  /** Advances the time in one step and waits for promises that this settles. */
  async tick(milliseconds: number): Promise<void> {
    this.advance(milliseconds);
    await turns();
  }

  #ring(alarm: Alarm): void {
    while (this.#alarms.has(alarm) && alarm.due <= this.#now) {
      if (alarm.interval === undefined) this.#alarms.delete(alarm);
      else alarm.due += alarm.interval;
      alarm.callback();
    }
  }
}
