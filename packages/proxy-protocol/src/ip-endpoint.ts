import { SocketAddress } from 'node:net';
import type { IPEndpoint } from '@windhover/connections';

/** An IPv4 address in IPv6 clothes; RFC 4291, section 2.5.5.2. */
const mappedIPv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/**
 * The address in the form in which sockets show it: `2001:DB8:0::1` becomes `2001:db8::1`, and `::ffff:10.0.0.1`
 * becomes `10.0.0.1`. So an address from a header compares equal to the same one of a connection without a proxy.
 *
 * @param address a valid IPv4 or IPv6 address without a zone
 */
export const canonicalAddress = (address: string): string => {
  if (!address.includes(':')) return address;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  return mappedIPv4.exec(canonical)?.[1] ?? canonical;
};

/** @param address as for `canonicalAddress` */
export const ipEndpoint = (address: string, port: number): IPEndpoint => ({
  kind: 'ip',
  address: canonicalAddress(address),
  port,
});
