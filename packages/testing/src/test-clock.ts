import { type Clock, systemClock } from '@windhover/server';
import { TestServerError } from './errors.ts';

/** Captured when the module loads, so that fake timers of a test do not stop the event loop. */
const { setImmediate: soon, setInterval: repeat, clearInterval: stopRepeating } = globalThis;

interface Alarm {
  readonly callback: () => void;
  readonly interval: number;
  due: number;
}

/**
 * The time of the server: heartbeat, timeouts, data rates and the Date field. It stands still until the test advances
 * it, so a slow machine cannot cause a timeout.
 */
export class TestClock implements Clock {
  #now = 0;
  readonly #alarms = new Set<Alarm>();
  readonly #started = Date.now();

  /** Milliseconds since the start of the server. */
  now(): number {
    return this.#now;
  }

  /** The time of day in milliseconds, for the Date field. */
  wallClock(): number {
    return this.#started + this.#now;
  }

  every(milliseconds: number, callback: () => void): () => void {
    const alarm = { callback, interval: milliseconds, due: this.#now + milliseconds };
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /**
   * Advances the time. Callbacks run in the order they become due, and the effects of each happen before the next one
   * runs.
   *
   * @param milliseconds 0 or more
   * @returns a promise that resolves when the effects have happened, e.g. when a timeout has closed its connection
   * @throws TestServerError `TESTING_CLOCK_SYSTEM`
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (let alarm = this.#nextUntil(end); alarm !== undefined; alarm = this.#nextUntil(end)) {
      this.#ring(alarm);
      await settled();
    }
    this.#now = end;
    await settled();
  }

  /** Advances the time continuously, for a server that is stopping. @returns a function that stops it */
  run(): () => void {
    const before = performance.now() - this.#now;
    const timer = repeat(() => {
      const end = performance.now() - before;
      for (let alarm = this.#nextUntil(end); alarm !== undefined; alarm = this.#nextUntil(end)) this.#ring(alarm);
      this.#now = end;
    }, 20);
    return () => stopRepeating(timer);
  }

  #nextUntil(end: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms)
      if (alarm.due <= end && (next === undefined || alarm.due < next.due)) next = alarm;
    return next;
  }

  #ring(alarm: Alarm): void {
    this.#now = Math.max(this.#now, alarm.due);
    alarm.due += alarm.interval;
    alarm.callback();
  }
}

/** The system clock, for tests that need real time. */
export class SystemTestClock extends TestClock {
  override now(): number {
    return systemClock.now();
  }

  override wallClock(): number {
    return Date.now();
  }

  override every(milliseconds: number, callback: () => void): () => void {
    return systemClock.every(milliseconds, callback);
  }

  override advance(): Promise<void> {
    return Promise.reject(new TestServerError('TESTING_CLOCK_SYSTEM'));
  }

  override run(): () => void {
    return () => {};
  }
}

/** Turns of the event loop that pass bytes to the server and its answer back, with the promises in between. */
const turnsToSettle = 4;

/** Resolves when memory connections have delivered all bytes written before the call. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < turnsToSettle; turn++) await new Promise<void>((resolve) => soon(resolve));
};
