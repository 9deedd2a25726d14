import type { Connection } from '@windhover/connections';
import { HttpError, type HttpLimits, resolveHttpLimits } from '@windhover/http';
import { RemoteAddressLimit } from './remote-address-limit.ts';

/** Limits that an endpoint may have of its own, beside those of the server. */
export type EndpointLimits = Pick<HttpLimits, 'maxConcurrentConnections' | 'maxConnectionsPerRemoteAddress'>;

const ofEndpoints: ReadonlySet<string> = new Set<keyof EndpointLimits>([
  'maxConcurrentConnections',
  'maxConnectionsPerRemoteAddress',
]);

/** @throws HttpError `HTTP_LIMIT_INVALID` for one out of its range, or one that only a server has */
export const checkedEndpointLimits = (given: Partial<EndpointLimits>): Partial<EndpointLimits> => {
  const other = Object.keys(given).find((name) => !ofEndpoints.has(name));
  if (other !== undefined) throw new HttpError('HTTP_LIMIT_INVALID', `an endpoint has no limit "${other}" of its own`);
  return resolveHttpLimits(given);
};

/**
 * How many connections there may be, of the whole server or of one endpoint.
 *
 * Source: Kestrel `ConnectionLimitMiddleware`
 */
export class ConnectionLimits {
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
