import { formatIPAddress, parseIPAddress } from './ip-address.ts';

/** Groups of an IPv6 address that make the network of one subscriber: /64. */
const networkGroups = 4;

/**
 * The network of a client that counts as one client: an IPv4 address, or the /64 network of an IPv6 address. A client
 * with one IPv6 address nearly always has the rest of its /64 as well.
 *
 * @param address as the system writes it, with or without a zone: `fe80::1%eth0`
 * @returns the IPv4 address, or e.g. `2001:db8::/64`; the text itself if it is not an address
 * Source: RFC 6177, RFC 7421
 */
export const clientNetwork = (address: string): string => {
  if (!address.includes(':')) return address;
  const [text = '', zone] = address.split('%', 2);
  const groups = parseIPAddress(text)?.groups;
  if (groups === undefined) return address;
  if (groups.length === 2) return formatIPAddress(groups);
  const network = formatIPAddress([...groups.slice(0, networkGroups), 0, 0, 0, 0]);
  return `${network}/64${zone === undefined ? '' : `%${zone}`}`;
};
