import type { MinDataRate } from '../limits.ts';

/** Milliseconds between two ticks that count at most. The clock ticks about once a second. */
const longestTick = 1000;

/**
 * The rate at which request content arrives while the application waits for it. A late tick counts as one second: a
 * busy server is not the client's fault.
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

  /** @returns whether the client is too slow */
  tick(now: number, isWaiting: boolean, rate: MinDataRate | null): boolean {
    const gap = Math.min(now - this.#lastTick, longestTick);
    this.#lastTick = now;
    // Time without a rate does not count, so a rate that is set later has its whole grace period.
    if (!isWaiting || rate === null) return false;
    this.#elapsed += gap;
    if (this.#elapsed <= rate.gracePeriod) return false;
    return this.#bytes / (this.#elapsed / 1000) < rate.bytesPerSecond;
  }
}

/**
 * The deadline for a client to read written bytes. Each write extends it by the time that its bytes may take; the first
 * write of a series extends it by at least the grace period.
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

  /** @returns whether the client is too slow */
  tick(now: number): boolean {
    // A late tick extends the deadline by its delay.
    const late = now - this.#lastTick - longestTick;
    if (late > longestTick) this.#deadline += late;
    this.#lastTick = now;
    return now > this.#deadline;
  }
}
