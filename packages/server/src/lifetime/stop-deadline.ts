import { settledOrAborted } from '@windhover/connections';
import type { Clock } from './clock.ts';

/**
 * Milliseconds that aborted connections have to report their close. Source: Kestrel
 * `ConnectionManager.AbortAllConnectionsAsync`
 */
const abortGrace = 1000;

/**
 * The time limits of a stop. Running work may complete until the deadline; what was aborted then may close until the
 * grace period ends.
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

  /** Aborts at the end of the grace period. */
  get graceOver(): AbortSignal {
    return this.#graceOver.signal;
  }

  /** Reaches the deadline when this signal aborts, unless an earlier one has. */
  follow(signal: AbortSignal): void {
    if (signal.aborted) this.#reach();
    else signal.addEventListener('abort', () => this.#reach(), { signal: this.#graceOver.signal });
  }

  /** Reaches the deadline and the end of the grace period no later than the other instance. */
  notAfter(other: StopDeadline): void {
    this.follow(other.reached);
    if (other.graceOver.aborted) this.end();
    else other.graceOver.addEventListener('abort', () => this.end(), { signal: this.graceOver });
  }

  /** Reaches the deadline after this many milliseconds at the latest. */
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

  /** Ends the wait and removes the listeners of the signals. */
  end(): void {
    this.#stopTimer?.();
    this.#graceOver.abort();
  }
}

/** Waits for work that no signal can shorten, for at most the grace period. */
export const withinGrace = async (work: Promise<unknown>, clock: Clock): Promise<void> => {
  const deadline = new StopDeadline(clock);
  deadline.follow(AbortSignal.abort());
  await settledOrAborted(work, deadline.graceOver);
  deadline.end();
};
