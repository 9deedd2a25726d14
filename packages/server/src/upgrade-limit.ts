import type { ClosedObserver, Connection } from '@windhover/connections';
import type { UpgradeCounter } from '@windhover/http';

/**
 * The upgraded connections of a server.
 *
 * Source: Kestrel `MaxConcurrentUpgradedConnections`
 */
export class UpgradeLimit implements UpgradeCounter, ClosedObserver {
  readonly #most: number;
  #count = 0;

  /** @param most null for no limit */
  constructor(most: number | null) {
    this.#most = most ?? Infinity;
  }

  /** Open upgraded connections. */
  get count(): number {
    return this.#count;
  }

  enter(connection: Connection): boolean {
    if (this.#count >= this.#most) return false;
    this.#count++;
    connection.onClosed(this);
    return true;
  }

  closed(): void {
    this.#count--;
  }
}
