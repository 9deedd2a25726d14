import { clientNetwork } from '@windhover/addresses';
import { type Connection, ConnectionEndpointFeature } from '@windhover/connections';

/**
 * Limits the connections of one client address. Clients without an IP address are not counted: on a unix socket or in
 * memory, all clients would be one.
 */
export class RemoteAddressLimit {
  readonly #most: number;
  readonly #open = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts the connection until it closes. @returns false if its client has reached the limit */
  enter(connection: Connection): boolean {
    const remote = connection.features.get(ConnectionEndpointFeature)?.remoteEndpoint;
    if (remote?.kind !== 'ip') return true;
    const group = clientNetwork(remote.address);
    const count = this.#open.get(group) ?? 0;
    if (count >= this.#most) return false;
    this.#open.set(group, count + 1);
    connection.onClosed({ closed: () => this.#leave(group) });
    return true;
  }

  #leave(group: string): void {
    const count = this.#open.get(group)! - 1;
    if (count === 0) this.#open.delete(group);
    else this.#open.set(group, count);
  }
}
