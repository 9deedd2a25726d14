import { SocketAddress, isIP } from 'node:net';

/** An IPv4 address in IPv6 clothes (RFC 4291 section 2.5.5.2). */
const mappedIPv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/**
 * An address in the form in which sockets show it: `2001:DB8:0::1` becomes `2001:db8::1`, and `::ffff:10.0.0.1` becomes
 * `10.0.0.1`. `undefined` for what is none, and for one with a zone, which has a meaning on its own machine only.
 */
export const ipAddress = (text: string): string | undefined => {
  const version = isIP(text);
  if (version === 4) return text;
  if (version === 0 || text.includes('%')) return undefined;
  const canonical = new SocketAddress({ address: text, family: 'ipv6' }).address;
  return mappedIPv4.exec(canonical)?.[1] ?? canonical;
};

/** @param address from `ipAddress` */
export const ipFamily = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');
