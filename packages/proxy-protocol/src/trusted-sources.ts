import { BlockList, isIP } from 'node:net';
import type { EndPoint } from '@windhover/connections';
import { canonicalAddress } from './ip-end-point.ts';

/** Whether an end point may send a header. */
export type IsTrusted = (remote: EndPoint | undefined) => boolean;

const kinds: readonly string[] = ['unix', 'pipe', 'memory'];
const network = /^([^/]+)\/(0|[1-9]\d{0,2})$/;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/**
 * Makes a test of a list.
 *
 * @throws RangeError for an entry that is neither an address nor a network nor a kind of end point; also for a network
 *   whose address has bits behind its prefix, as .NET's `IPNetwork`: `10.0.0.1/8` is a mistake for one or the other
 */
export const trustedSources = (sources: 'all' | readonly string[]): IsTrusted => {
  if (sources === 'all') return () => true;
  const addresses = new BlockList();
  const trustedKinds = new Set<string>();
  for (const source of sources) {
    if (kinds.includes(source)) trustedKinds.add(source);
    else addSource(addresses, source);
  }
  return (remote) =>
    remote !== undefined && (remote.kind === 'ip' ? has(addresses, remote.address) : trustedKinds.has(remote.kind));
};

/** A zone says by which interface the peer came, and networks have none. */
const has = (addresses: BlockList, text: string): boolean => {
  const [withoutZone] = text.split('%', 1);
  if (isIP(withoutZone!) === 0) return false;
  const address = canonicalAddress(withoutZone!);
  return addresses.check(address, familyOf(address));
};

const addSource = (addresses: BlockList, source: string): void => {
  if (isIP(source) !== 0 && !source.includes('%')) {
    const address = canonicalAddress(source);
    return addresses.addAddress(address, familyOf(address));
  }
  const [, address, prefix] = network.exec(source) ?? [];
  if (address === undefined || !isNetwork(address, Number(prefix))) {
    throw new RangeError(`trustedSources: ${JSON.stringify(source)} is neither an address nor a network nor a kind`);
  }
  addresses.addSubnet(address, Number(prefix), familyOf(address));
};

const isNetwork = (address: string, prefix: number): boolean => {
  if (isIP(address) === 0 || address.includes('%')) return false;
  const canonical = canonicalAddress(address);
  // A network of mapped addresses would never meet one: such peers show as IPv4.
  if (familyOf(canonical) !== familyOf(address)) return false;
  const bits = bitsOf(canonical);
  return prefix <= bits.length && !bits.includes('1', prefix);
};

/** 32 or 128 characters, 0 and 1. */
const bitsOf = (canonical: string): string => {
  if (familyOf(canonical) === 'ipv4')
    return canonical
      .split('.')
      .map((octet) => binary(Number(octet), 8))
      .join('');
  return groupsOf(canonical)
    .map((group) => binary(Number.parseInt(group, 16), 16))
    .join('');
};

const binary = (value: number, width: number): string => value.toString(2).padStart(width, '0');

/** The eight groups, with those that `::` leaves out and those of a dotted end. */
const groupsOf = (canonical: string): string[] => {
  const hex = canonical.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_quad, ...octets: string[]) => {
    const [a, b, c, d] = octets.slice(0, 4).map(Number) as [number, number, number, number];
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [before, after] = hex.split('::').map((side) => (side === '' ? [] : side.split(':')));
  if (after === undefined) return before!;
  return [...before!, ...Array.from({ length: 8 - before!.length - after.length }, () => '0'), ...after];
};
