import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** The number of bytes of the session ticket keys of OpenSSL. */
const size = 48;

/** Milliseconds between two changes: half a day, as for the keys that `@windhover/tls` makes itself. */
const lifetime = 12 * 60 * 60 * 1000;

/** Random bytes that all workers share. They are sent over the channels between the processes only. */
export class SharedKeys {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #current = randomBytes(size);
  #cancelTimer: () => void = () => undefined;

  /** @param changed called when the keys have changed */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** The current keys in base64. */
  get current(): string {
    return this.#current.toString('base64');
  }

  /** Starts to change the keys every half day. */
  start(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(lifetime, () => this.renew());
  }

  /** Changes the keys now. */
  renew(): void {
    this.#current = randomBytes(size);
    this.start();
    this.#changed();
  }

  stop(): void {
    this.#cancelTimer();
  }
}
