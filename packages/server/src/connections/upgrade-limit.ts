import type { ClosedObserver, Connection } from '@windhover/connections';
import { channels } from '@windhover/diagnostics';
import type { UpgradeCounter } from '@windhover/http';

const connectionUpgraded = channels['windhover:connection:upgraded'];

/**
 * Counts and limits the upgraded connections of a server or of one endpoint.
 *
 * Source: Kestrel `MaxConcurrentUpgradedConnections`
 */
export class UpgradeLimit implements UpgradeCounter, ClosedObserver {
  readonly #most: number;
  readonly #whole: UpgradeLimit | undefined;
  #count = 0;

  /**
   * @param most null for no limit
   * @param whole the limit of the server that an endpoint belongs to; it applies as well
   */
  constructor(most: number | null, whole?: UpgradeLimit) {
    this.#most = most ?? Infinity;
    this.#whole = whole;
  }

  /** Open upgraded connections. */
  get count(): number {
    return this.#count;
  }

  enter(connection: Connection): boolean {
    if (!this.#take()) return false;
    connection.onClosed(this);
    if (connectionUpgraded.hasSubscribers) connectionUpgraded.publish({ connection });
    return true;
  }

  closed(): void {
    this.#count--;
    this.#whole?.closed();
  }

  #take(): boolean {
    if (this.#count >= this.#most || (this.#whole !== undefined && !this.#whole.#take())) return false;
    this.#count++;
    return true;
  }
}
