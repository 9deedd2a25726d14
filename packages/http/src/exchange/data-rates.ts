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
 * The deadline for a client to read a series of written bytes. Each write extends it by the time that its bytes may take,
 * and the first one by at least the grace period. Later ones do not: small answers, e.g. to PING, would put the deadline off for
 * ever. When the client has read everything, the next write begins another series, with another object.
 *
 * Source: Kestrel `TimeoutControl.BytesWrittenToBuffer`, `MinResponseDataRate`
 */
export class ResponseRate {
  #deadline = 0;
  #lastTick = 0;

  written(bytes: number, now: number, rate: MinDataRate): void {
    const needed = (bytes / rate.bytesPerSecond) * 1000;
    if (this.#deadline === 0) this.#deadline = now + longestTick + Math.max(rate.gracePeriod, needed);
    else this.#deadline += needed;
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
