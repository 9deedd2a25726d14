import { performance } from 'node:perf_hooks';

/** A connection with more requests than it may answer in one turn of the event loop. */
export interface TurnTaker {
  /** Called in a later turn, to answer the next requests. */
  continueRequests(): void;
}

/**
 * Pipelined requests are answered for this long in one turn of the event loop, in milliseconds. It may be twice as long when
 * a turn begins in the time of the one before.
 */
const turnDuration = 5;

/**
 * Divides the event loop between the connections of a thread. A connection answers pipelined requests until the requests
 * of this turn have taken 5 to 10 ms. Then it waits in a queue and continues in a later turn. Between two turns the event loop
 * reads from all connections, so a client that pipelines thousands of requests delays the others by about 20 ms.
 */
export class RequestTurns {
  #turn = -1;
  #end = 0;
  readonly #waiting: TurnTaker[] = [];
  #isScheduled = false;

  /**
   * Whether this turn has time for another request. Whether a new turn has begun is checked only when the time is up,
   * because the number of the turn takes longer to read than the clock.
   */
  hasTime(): boolean {
    if (performance.now() < this.#end) return true;
    if (loopCount() === this.#turn) return false;
    this.#begin();
    return true;
  }

  /** Calls the connection in a later turn, after the connections that are waiting already. */
  wait(connection: TurnTaker): void {
    this.#waiting.push(connection);
    this.#schedule();
  }

  #begin(): void {
    this.#turn = loopCount();
    this.#end = performance.now() + turnDuration;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => this.#continue());
  }

  /** At least one connection continues in each turn; a connection that waits again is after those that waited before. */
  #continue(): void {
    this.#isScheduled = false;
    this.#begin();
    let left = this.#waiting.length;
    try {
      do this.#waiting.shift()!.continueRequests();
      while (--left > 0 && this.hasTime());
    } finally {
      this.#schedule();
    }
  }
}

/** The number of the turn of the event loop. */
const loopCount = (): number => performance.nodeTiming.uvMetricsInfo.loopCount;
