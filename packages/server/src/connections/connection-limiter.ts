import type { Connection } from '@windhover/connections';
import type { EndpointLimits } from '../server-limits.ts';
import { RemoteAddressLimit } from './remote-address-limit.ts';

/**
 * Decides whether the whole server, or one endpoint, has room for one more connection.
 *
 * Source: Kestrel `ConnectionLimitMiddleware`
 */
export class ConnectionLimiter {
  readonly #most: number;
  readonly #byAddress: RemoteAddressLimit | undefined;

  constructor({ maxConcurrentConnections, maxConnectionsPerRemoteAddress }: Partial<EndpointLimits>) {
    this.#most = maxConcurrentConnections ?? Infinity;
    const most = maxConnectionsPerRemoteAddress ?? Infinity;
    if (most !== Infinity) this.#byAddress = new RemoteAddressLimit(most);
  }

  /** @param count connections that are open, without the upgraded ones */
  hasRoom(count: number): boolean {
    return count < this.#most;
  }

  /** Whether clients are counted by their address. */
  get areByAddress(): boolean {
    return this.#byAddress !== undefined;
  }

  /** Counts the connection until it is closed. @returns false when its client has as many as it may */
  enter(connection: Connection): boolean {
    return this.#byAddress?.enter(connection) ?? true;
  }
}
