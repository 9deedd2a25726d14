import type { MinDataRate } from '../limits.ts';

/** Rates are judged on a clock that ticks about once a second: what lies between two ticks counts as one at most. */
const longestTick = 1000;

/**
 * How fast the content of a request comes, over the time in which the application waited for it. A server that was
 * too busy to tick is no fault of the peer's: a late tick counts as one second.
 *
 * Source: Kestrel `TimeoutControl`, `MinRequestBodyDataRate`
 */
export class RequestRate {
  #bytes = 0;
  #elapsed = 0;
  #lastTick: number;

  constructor(now: number) {
    this.#lastTick = now;
  }

  received(bytes: number): void {
    this.#bytes += bytes;
  }

  /** @returns whether the peer is too slow */
  tick(now: number, isWaiting: boolean, rate: MinDataRate | null): boolean {
    const gap = Math.min(now - this.#lastTick, longestTick);
    this.#lastTick = now;
    if (!isWaiting) return false;
    this.#elapsed += gap;
    if (rate === null || this.#elapsed <= rate.gracePeriod) return false;
    return this.#bytes / (this.#elapsed / 1000) < rate.bytesPerSecond;
  }
}

/**
 * Until when the peer has to have taken what was written to it: each write moves that on by the time its bytes may
 * take, the first of a row by the grace period at least.
 *
 * Source: Kestrel `TimeoutControl.BytesWrittenToBuffer`, `MinResponseDataRate`
 */
export class ResponseRate {
  #deadline = 0;
  #lastTick = 0;

  written(bytes: number, now: number, rate: MinDataRate): void {
    const needed = (bytes / rate.bytesPerSecond) * 1000;
    const fromNow = now + longestTick + Math.max(rate.gracePeriod, needed);
    this.#deadline = Math.max(fromNow, this.#deadline + needed);
    this.#lastTick = now;
  }

  /** @returns whether the peer is too slow */
  tick(now: number): boolean {
    // The time that a late tick has lost is given back.
    const late = now - this.#lastTick - longestTick;
    if (late > longestTick) this.#deadline += late;
    this.#lastTick = now;
    return now > this.#deadline;
  }
}
