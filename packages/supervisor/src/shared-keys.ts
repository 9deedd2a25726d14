import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** As many bytes as OpenSSL has session ticket keys of. */
const size = 48;

/** Milliseconds: half a day, as the keys that `@windhover/tls` makes for itself. */
const lifetime = 12 * 60 * 60 * 1000;

/** Random bytes that all workers have and nobody else: they travel over the channels between the processes only. */
export class SharedKeys {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #current = randomBytes(size);
  #cancelTimer: () => void = () => undefined;

  /** @param changed told when there are new ones */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** In base64. */
  get current(): string {
    return this.#current.toString('base64');
  }

  /** From now on there are new ones every half day. */
  start(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(lifetime, () => this.renew());
  }

  /** Makes new ones now. */
  renew(): void {
    this.#current = randomBytes(size);
    this.start();
    this.#changed();
  }

  stop(): void {
    this.#cancelTimer();
  }
}
