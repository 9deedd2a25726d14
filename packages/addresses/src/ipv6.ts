import { parseIPv4 } from './ipv4.ts';

/** An IPv6 address as numbers. */
export interface IPv6Address {
  /** Eight numbers of 16 bits. */
  readonly groups: readonly number[];
  /** The network interface after `%`, as typed. */
  readonly zone: string | undefined;
}

/** The position at which a text stops being an IPv6 address. */
export interface IPv6Fault {
  readonly code: 'ADDRESS_IPV6_INVALID' | 'ADDRESS_ZONE_INVALID';
  /** Index of the first invalid character; the length of the text if something is missing. */
  readonly faultAt: number;
}

/** RFC 6874 `ZoneID`, without percent-encoding. */
const zoneName = /^[\w.~-]+$/;

/** `%25lo` is `%lo` percent-encoded, as in a URL; `%25` and `%251` are the interfaces with these numbers. */
const encodedZone = /^25(?!\d*$)/;

/**
 * Reads an IPv6 address without brackets; it may have `::`, an IPv4 address at the end, and a zone.
 *
 * Source: RFC 4291, section 2.2; RFC 3986 `IPv6address`; RFC 4007, section 11 (zone).
 */
export const parseIPv6 = (text: string): IPv6Address | IPv6Fault => {
  const percent = text.indexOf('%');
  const groups = parseGroups(percent === -1 ? text : text.slice(0, percent));
  if (typeof groups === 'number') return { code: 'ADDRESS_IPV6_INVALID', faultAt: groups };
  if (percent === -1) return { groups, zone: undefined };
  const zone = text.slice(percent + 1);
  if (!zoneName.test(zone) || encodedZone.test(zone)) return { code: 'ADDRESS_ZONE_INVALID', faultAt: percent };
  return { groups, zone };
};

/** Whether a text is an IPv6 address, with or without a zone. */
export const isIPv6 = (text: string): boolean => 'groups' in parseIPv6(text);

const hexDigits = /[\da-fA-F]*/y;

const endOfHexDigits = (text: string, start: number): number => {
  hexDigits.lastIndex = start;
  hexDigits.test(text);
  return hexDigits.lastIndex;
};

/** The eight groups, or the index of the first character at fault. */
const parseGroups = (text: string): number[] | number => {
  const groups: number[] = [];
  /** Number of groups before `::`. */
  let gap = text.startsWith('::') ? 0 : undefined;
  let at = gap === undefined ? 0 : 2;
  while (at < text.length) {
    const end = endOfHexDigits(text, at);
    if (groups.length === 8 || end === at) return at;
    if (text[end] === '.') {
      const octets = parseIPv4(text.slice(at));
      // It represents the last two groups.
      if (octets === undefined || (gap === undefined && groups.length !== 6)) return at;
      groups.push(octets[0]! * 256 + octets[1]!, octets[2]! * 256 + octets[3]!);
      break;
    }
    if (end - at > 4) return at + 4;
    groups.push(Number.parseInt(text.slice(at, end), 16));
    at = end;
    if (at === text.length) break;
    if (text[at] !== ':' || at + 1 === text.length) return at;
    at++;
    if (text[at] !== ':') continue;
    if (gap !== undefined) return at;
    gap = groups.length;
    at++;
  }
  if (gap === undefined) return groups.length === 8 ? groups : text.length;
  // "::" represents at least one group (RFC 4291, section 2.2).
  if (groups.length > 7) return text.length;
  return groups.toSpliced(gap, 0, ...Array.from({ length: 8 - groups.length }, () => 0));
};

/**
 * The canonical text of the groups: lower case, no leading zeros, the longest run of two or more zeros as `::`.
 *
 * Source: RFC 5952, section 4.
 */
export const formatIPv6Groups = (groups: readonly number[]): string => {
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
};

/** The first of the longest runs of zeros. */
const longestZeroRun = (groups: readonly number[]): { start: number; length: number } => {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
};

/** `::1` (RFC 4291, section 2.5.3). */
export const isIPv6Loopback = (groups: readonly number[]): boolean => formatIPv6Groups(groups) === '::1';

/** fe80::/10 (RFC 4291, section 2.5.6). */
export const isIPv6LinkLocal = (groups: readonly number[]): boolean => (groups[0]! & 0xff_c0) === 0xfe_80;

/** ff00::/8 (RFC 4291, section 2.7). */
export const isIPv6Multicast = (groups: readonly number[]): boolean => groups[0]! >= 0xff_00;

/** The dotted quad in ::ffff:0:0/96 (RFC 4291, section 2.5.5.2); `undefined` for other addresses. */
export const mappedIPv4 = (groups: readonly number[]): string | undefined => {
  if (groups[5] !== 0xff_ff || groups.slice(0, 5).some((group) => group !== 0)) return undefined;
  return [groups[6]!, groups[7]!].flatMap((group) => [group >> 8, group & 0xff]).join('.');
};
