/** How long to wait before a worker that has crashed is started again. Times in milliseconds. */
export interface RestartBackoff {
  /** Before the first restart; each further one waits twice as long. */
  readonly initial: number;
  /** No restart waits longer. */
  readonly max: number;
  /** A worker that has been ready for so long begins at `initial` again. */
  readonly calm: number;
}

/** Counts the crashes of one thread. */
export class RestartDelay {
  readonly #backoff: RestartBackoff;
  #next: number;

  constructor(backoff: RestartBackoff) {
    this.#backoff = backoff;
    this.#next = backoff.initial;
  }

  /** @param readyFor milliseconds from ready to crash; 0 for a worker that has never been ready */
  after(readyFor: number): number {
    const { initial, max, calm } = this.#backoff;
    const delay = readyFor >= calm ? initial : this.#next;
    this.#next = Math.min(delay * 2, max);
    return delay;
  }
}
