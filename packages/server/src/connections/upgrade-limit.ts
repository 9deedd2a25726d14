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
  #streams = 0;
  readonly #streamObserver: ClosedObserver = { closed: () => this.#leave(true) };

  /**
   * @param most null for no limit
   * @param whole the limit of the server that an endpoint belongs to; it applies as well
   */
  constructor(most: number | null, whole?: UpgradeLimit) {
    this.#most = most ?? Infinity;
    this.#whole = whole;
  }

  /** Open upgraded connections, and upgraded streams of HTTP/2. */
  get count(): number {
    return this.#count;
  }

  /** Open connections that no longer carry HTTP, and do not count against `maxConcurrentConnections`. */
  get released(): number {
    return this.#count - this.#streams;
  }

  enter(connection: Connection, isStream = false): boolean {
    if (!this.#take(isStream)) return false;
    connection.onClosed(isStream ? this.#streamObserver : this);
    if (connectionUpgraded.hasSubscribers) connectionUpgraded.publish({ connection });
    return true;
  }

  closed(): void {
    this.#leave(false);
  }

  #take(isStream: boolean): boolean {
    if (this.#count >= this.#most || (this.#whole !== undefined && !this.#whole.#take(isStream))) return false;
    this.#count++;
    if (isStream) this.#streams++;
    return true;
  }

  #leave(isStream: boolean): void {
    this.#count--;
    if (isStream) this.#streams--;
    if (this.#whole !== undefined) this.#whole.#leave(isStream);
  }
}
