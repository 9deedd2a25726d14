import type { Clock } from './clock.ts';

/** Milliseconds that aborted connections get to be reported closed. Source: Kestrel `ConnectionManager.AbortAllConnectionsAsync` */
const abortGrace = 1000;

/**
 * How long a server waits while it stops: until the deadline for what runs to end, and then until the grace is over
 * for what was aborted to be closed.
 */
export class StopDeadline {
  readonly #clock: Clock;
  readonly #reached = new AbortController();
  readonly #graceOver = new AbortController();
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborts at the deadline. */
  get reached(): AbortSignal {
    return this.#reached.signal;
  }

  /** Aborts when there is nothing left to wait for. */
  get graceOver(): AbortSignal {
    return this.#graceOver.signal;
  }

  /** The deadline comes with the first of the signals that are given here. */
  follow(signal: AbortSignal): void {
    if (signal.aborted) this.#reach();
    else signal.addEventListener('abort', () => this.#reach(), { signal: this.#graceOver.signal });
  }

  /** The deadline comes with that of the other one, and the end of the grace as well. */
  notAfter(other: StopDeadline): void {
    this.follow(other.reached);
    if (other.graceOver.aborted) this.end();
    else other.graceOver.addEventListener('abort', () => this.end(), { signal: this.graceOver });
  }

  /** The deadline comes after so many milliseconds at the latest. */
  within(milliseconds: number): void {
    if (this.#graceOver.signal.aborted) return;
    const stop = this.#clock.every(milliseconds, () => {
      stop();
      this.#reach();
    });
    this.graceOver.addEventListener('abort', stop, { once: true });
  }

  #reach(): void {
    if (this.#reached.signal.aborted || this.#graceOver.signal.aborted) return;
    this.#reached.abort();
    this.#stopTimer = this.#clock.every(abortGrace, () => this.end());
  }

  /** Waits no more, and lets go of the signals. */
  end(): void {
    this.#stopTimer?.();
    this.#graceOver.abort();
  }
}

/** Resolves when the work is fulfilled or rejected, or when the signal aborts. */
export const settledOrAborted = async (work: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> => {
  await Promise.race([Promise.allSettled([work]), aborted(signal)]);
};

/** Waits for work that no signal can shorten, but not longer than the grace. */
export const withinGrace = async (work: Promise<unknown>, clock: Clock): Promise<void> => {
  const deadline = new StopDeadline(clock);
  deadline.follow(AbortSignal.abort());
  await settledOrAborted(work, deadline.graceOver);
  deadline.end();
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
