import { BlockList, isIP } from 'node:net';
import type { Endpoint } from '@windhover/connections';
import { canonicalAddress } from './ip-endpoint.ts';

/** Whether an endpoint may send a header. */
export type IsTrusted = (remote: Endpoint | undefined) => boolean;

type Family = 'ipv4' | 'ipv6';

/** One list for each family: in a common one `::/0` would have every IPv4 address in it, by way of the mapped ones. */
type Addresses = Readonly<Record<Family, BlockList>>;

const kinds: readonly string[] = ['unix', 'pipe', 'memory'];
const network = /^([^/]+)\/(0|[1-9]\d{0,2})$/;

const familyOf = (address: string): Family => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/**
 * Makes a test of a list.
 *
 * @throws RangeError for an entry that is neither an address nor a network nor a kind of endpoint; also for a network
 *   whose address has bits behind its prefix, as .NET's `IPNetwork`: `10.0.0.1/8` is a mistake for one or the other
 */
export const trustedSources = (sources: 'all' | readonly string[]): IsTrusted => {
  if (sources === 'all') return () => true;
  const addresses = { ipv4: new BlockList(), ipv6: new BlockList() };
  const trustedKinds = new Set<string>();
  for (const source of sources) {
    if (kinds.includes(source)) trustedKinds.add(source);
    else addSource(addresses, source);
  }
  return (remote) =>
    remote !== undefined && (remote.kind === 'ip' ? has(addresses, remote.address) : trustedKinds.has(remote.kind));
};

/** A zone says by which interface the peer came, and networks have none. */
const has = (addresses: Addresses, text: string): boolean => {
  const [withoutZone] = text.split('%', 1);
  if (isIP(withoutZone!) === 0) return false;
  const address = canonicalAddress(withoutZone!);
  const family = familyOf(address);
  return addresses[family].check(address, family);
};

const addSource = (addresses: Addresses, source: string): void => {
  if (isIP(source) !== 0 && !source.includes('%')) {
    const address = canonicalAddress(source);
    const family = familyOf(address);
    return addresses[family].addAddress(address, family);
  }
  const [, address, prefix] = network.exec(source) ?? [];
  if (address === undefined || !isNetwork(address, Number(prefix))) {
    throw new RangeError(`trustedSources: ${JSON.stringify(source)} is neither an address nor a network nor a kind`);
  }
  const family = familyOf(address);
  addresses[family].addSubnet(address, Number(prefix), family);
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
