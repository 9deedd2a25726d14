import { performance } from 'node:perf_hooks';

/** A connection with more requests than it may answer in one turn of the event loop. */
export interface TurnTaker {
  /** Called in a later turn, to answer the next requests. */
  continueRequests(): void;
}

/** Pipelined requests are answered for this long in one turn of the event loop, in milliseconds. */
const turnDuration = 10;

/**
 * Divides the event loop between the connections of a thread. A connection answers pipelined requests until the requests
 * of this turn have taken 10 ms. Then it waits in a queue and continues in a later turn. Between two turns the event loop
 * reads from all connections, so a client that pipelines thousands of requests delays the others by about 20 ms.
 */
export class RequestTurns {
  #turn = -1;
  #end = 0;
  readonly #waiting: TurnTaker[] = [];
  #isScheduled = false;

  /** Whether this turn has time for another request. The time of a turn counts from the first call in it. */
  hasTime(): boolean {
    if (performance.nodeTiming.uvMetricsInfo.loopCount !== this.#turn) this.#begin();
    return performance.now() < this.#end;
  }

  /** Calls the connection in a later turn, after the connections that are waiting already. */
  wait(connection: TurnTaker): void {
    this.#waiting.push(connection);
    this.#schedule();
  }

  #begin(): void {
    this.#turn = performance.nodeTiming.uvMetricsInfo.loopCount;
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
