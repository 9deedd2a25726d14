import type { Connection } from '@windhover/connections';
import type { EndpointLimitOptions } from '../server-limits.ts';
import { RemoteAddressLimit } from './remote-address-limit.ts';

/**
 * Decides whether the server or one endpoint may accept one more connection.
 *
 * Source: Kestrel `ConnectionLimitMiddleware`
 */
export class ConnectionLimiter {
  readonly #most: number;
  readonly #byAddress: RemoteAddressLimit | undefined;

  constructor({ maxConcurrentConnections, maxConnectionsPerRemoteAddress }: EndpointLimitOptions) {
    this.#most = maxConcurrentConnections ?? Infinity;
    const most = maxConnectionsPerRemoteAddress ?? Infinity;
    if (most !== Infinity) this.#byAddress = new RemoteAddressLimit(most);
  }

  /** @param count open connections that carry HTTP */
  hasRoom(count: number): boolean {
    return count < this.#most;
  }

  /** Whether connections are counted by client address. */
  get areByAddress(): boolean {
    return this.#byAddress !== undefined;
  }

  /** Counts the connection until it closes. @returns false if its client has reached the limit */
  enter(connection: Connection): boolean {
    return this.#byAddress?.enter(connection) ?? true;
  }
}
