import type { ConnectionLifetimeNotificationFeature, HeartbeatListener } from '@windhover/connections';

/** Asks a connection to end politely when it is old enough. */
export class ConnectionAge implements HeartbeatListener {
  readonly #lifetime: ConnectionLifetimeNotificationFeature;
  readonly #until: number;

  /** @param until milliseconds of the heartbeat's clock */
  constructor(lifetime: ConnectionLifetimeNotificationFeature, until: number) {
    this.#lifetime = lifetime;
    this.#until = until;
  }

  heartbeat(now: number): void {
    if (now >= this.#until) this.#lifetime.requestClose();
  }
}
