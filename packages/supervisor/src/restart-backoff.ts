/** The delays before a crashed worker is restarted. Times in milliseconds. */
export interface RestartBackoff {
  /** The delay before the first restart; it doubles with each further restart. */
  readonly initial: number;
  /** The longest delay. */
  readonly max: number;
  /** After a worker has been ready for this time, its next crash waits for `initial` again. */
  readonly calm: number;
}

/** Counts the crashes of one thread and computes its next delay. */
export class RestartDelay {
  readonly #backoff: RestartBackoff;
  #next: number;

  constructor(backoff: RestartBackoff) {
    this.#backoff = backoff;
    this.#next = backoff.initial;
  }

  /** @param readyFor milliseconds from ready to crash; 0 for a worker that was never ready */
  after(readyFor: number): number {
    const { initial, max, calm } = this.#backoff;
    const delay = readyFor >= calm ? initial : this.#next;
    this.#next = Math.min(delay * 2, max);
    return delay;
  }
}
