import { parseIPv4 } from './ipv4.ts';
import { formatIPv6Groups, mappedIPv4, parseIPv6 } from './ipv6.ts';

/** An IPv4 or IPv6 address as numbers. */
export interface IPAddress {
  /** Numbers of 16 bits: two for IPv4, eight for IPv6. */
  readonly groups: readonly number[];
  /** The network interface after `%`, as typed. */
  readonly zone: string | undefined;
}

/**
 * Reads an address without brackets and port. An IPv4 address in IPv6 notation (`::ffff:10.0.0.1`) is read as IPv4.
 *
 * @returns `undefined` for a text that is not an address
 * Source: RFC 4291, sections 2.2 and 2.5.5.2
 */
export const parseIPAddress = (text: string): IPAddress | undefined => {
  if (!text.includes(':')) return withoutZone(parseIPv4(text));
  const parsed = parseIPv6(text);
  if (!('groups' in parsed)) return undefined;
  const mapped = mappedIPv4(parsed.groups);
  return mapped === undefined ? parsed : withoutZone(parseIPv4(mapped));
};

const withoutZone = (octets: readonly number[] | undefined): IPAddress | undefined => {
  if (octets === undefined) return undefined;
  const [a, b, c, d] = octets as [number, number, number, number];
  return { groups: [a * 256 + b, c * 256 + d], zone: undefined };
};

/**
 * The text of an address as sockets report it, so that it compares equal to the address of a connection:
 * `2001:DB8:0::1` becomes `2001:db8::1`, and `::ffff:10.0.0.1` becomes `10.0.0.1`.
 *
 * @returns `undefined` for a text that is not an address, and for an address with a zone, which is only valid on its
 *   own machine
 */
export const canonicalIPAddress = (text: string): string | undefined => {
  const address = parseIPAddress(text);
  return address === undefined || address.zone !== undefined ? undefined : formatIPAddress(address.groups);
};

/**
 * The text of an address as sockets report it.
 *
 * @param groups two for IPv4, eight for IPv6
 */
export const formatIPAddress = (groups: readonly number[]): string => {
  if (groups.length === 2) return dotted(groups);
  // `inet_ntop` writes the end of ::/96 as IPv4 address, except for `::` and addresses like `::1`.
  const isCompatible = groups.slice(0, 6).every((group) => group === 0) && groups[6] !== 0;
  return isCompatible ? `::${dotted(groups.slice(6))}` : formatIPv6Groups(groups);
};

const dotted = (groups: readonly number[]): string => groups.flatMap((group) => [group >> 8, group & 0xff]).join('.');
