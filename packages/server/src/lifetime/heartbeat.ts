import type { Clock } from './clock.ts';

/** Milliseconds between two beats, as in Kestrel. Timeouts are accurate to about two beats. */
export const heartbeatInterval = 1000;

/**
 * The single timer of a server: once a second it calls the code that checks timeouts.
 *
 * Source: Kestrel `Heartbeat`
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #beat: (now: number) => void;
  #stop: (() => void) | undefined;
  #now: number;

  constructor(clock: Clock, beat: (now: number) => void) {
    this.#clock = clock;
    this.#beat = beat;
    this.#now = clock.now();
  }

  /** Milliseconds of the clock at the last beat. Cheaper than reading the clock. */
  get now(): number {
    return this.#now;
  }

  start(): void {
    this.#now = this.#clock.now();
    this.#stop ??= this.#clock.every(heartbeatInterval, () => {
      this.#now = this.#clock.now();
      this.#beat(this.#now);
    });
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
