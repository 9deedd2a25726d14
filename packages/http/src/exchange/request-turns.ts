/** A connection with more requests than it may answer in one turn of the event loop. */
export interface TurnTaker {
  /** Called in a later turn, to answer the next requests. */
  continueRequests(): void;
}

/** Number of requests of a connection between two looks at the clock, because reading it has a cost. */
const requestsPerLook = 4;

/**
 * Milliseconds for which requests are answered in one turn of the event loop. Twice as long if a turn begins
 * within the time of the previous one.
 */
const turnDuration = 5;

/**
 * Divides the event loop between the connections of a thread. A connection answers the requests that it has received, pipelined
 * or on streams, until the requests of this turn have taken 5 to 10 ms. Then it waits in a queue and continues in a later
 * turn. Between two turns the event loop reads from all connections, so a client that sends thousands of requests at once
 * delays the others by about 20 ms.
 */
export class RequestTurns {
  #turn = -1;
  #end = 0;
  readonly #waiting: TurnTaker[] = [];
  #isScheduled = false;

  /**
   * Whether this turn has time for another request. A new turn is only detected when the time is used up, because
   * reading the number of the turn takes longer than reading the clock.
   */
  hasTime(): boolean {
    if (performance.now() < this.#end) return true;
    if (loopCount() === this.#turn) return false;
    this.#begin();
    return true;
  }

  /**
   * As `hasTime`, for a connection that has answered a request.
   *
   * @param requestCount number of requests that the connection has answered
   */
  hasTimeAfter(requestCount: number): boolean {
    return requestCount % requestsPerLook !== 0 || this.hasTime();
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

  /** Continues at least one connection in each turn; a connection that waits again is queued last. */
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

/** The turns of this thread, for the connections of all protocols and endpoints, which share one event loop. */
export const requestTurns: RequestTurns = new RequestTurns();
