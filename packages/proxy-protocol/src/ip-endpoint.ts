import { canonicalIPAddress } from '@windhover/addresses';
import type { IPEndpoint } from '@windhover/connections';

/**
 * An endpoint with its address as sockets report it, so that it compares equal to one of a connection without a proxy.
 *
 * @param address a valid IPv4 or IPv6 address without a zone
 */
export const ipEndpoint = (address: string, port: number): IPEndpoint => ({
  kind: 'ip',
  address: canonicalIPAddress(address)!,
  port,
});
