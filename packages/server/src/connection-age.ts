import type { ConnectionLifetimeNotificationFeature, HeartbeatListener } from '@windhover/connections';

/** Asks a connection to end politely when it is old enough. */
export class ConnectionAge implements HeartbeatListener {
  readonly #lifetime: ConnectionLifetimeNotificationFeature;
  readonly #until: number;

  /** @param until milliseconds of the heartbeat's clock */
  constructor(lifetime: ConnectionLifetimeNotificationFeature, until: number) {
    this.#lifetime = lifetime;
    // It counts from the last beat: one beat more, so that it is never short.
    this.#until = until + 1000;
  }

  heartbeat(now: number): void {
    if (now >= this.#until) this.#lifetime.requestClose();
  }
}
