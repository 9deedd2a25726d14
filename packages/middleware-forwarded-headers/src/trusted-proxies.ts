import { BlockList } from 'node:net';
import type { Endpoint } from '@windhover/connections';
import { ForwardedHeadersError } from './errors.ts';
import { ipAddress, ipFamily } from './ip-address.ts';

/** Whether somebody is believed. */
export type IsTrusted = (endpoint: Endpoint | undefined) => boolean;

const endpointKinds: readonly string[] = ['unix', 'pipe', 'memory'] satisfies Endpoint['kind'][];

const namedNetworks = new Map<string, readonly string[]>([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']], // RFC 1918, RFC 4193
]);

/** @throws ForwardedHeadersError `FORWARDED_HEADERS_PROXY_INVALID` */
export const readTrustedProxies = (proxies: readonly string[]): IsTrusted => {
  const networks = new Networks();
  for (const proxy of proxies) {
    if (endpointKinds.includes(proxy)) continue;
    for (const source of namedNetworks.get(proxy) ?? [proxy]) networks.add(source);
  }
  // The same few proxies send all requests, so the one that sent the last is worth remembering.
  let lastAddress: string | undefined;
  let isLastTrusted = false;
  return (endpoint) => {
    if (endpoint === undefined) return false;
    if (endpoint.kind !== 'ip') return proxies.includes(endpoint.kind);
    if (endpoint.address !== lastAddress) {
      isLastTrusted = networks.has(endpoint.address);
      lastAddress = endpoint.address;
    }
    return isLastTrusted;
  };
};

/** One list for each family: in a common one `::/0` would have every IPv4 address in it, by way of the mapped ones. */
class Networks {
  readonly #lists = { ipv4: new BlockList(), ipv6: new BlockList() };

  /** @param source an address, or a network: an address and the length of its prefix */
  add(source: string): void {
    const [, text = '', prefix] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(source) ?? [];
    const address = ipAddress(text);
    if (address === undefined) throw invalid(source);
    const family = ipFamily(address);
    if (prefix === undefined) return this.#lists[family].addAddress(address, family);
    // A network of mapped addresses would never meet one, since such peers show as IPv4.
    if (family !== ipFamily(text) || !isPrefix(address, Number(prefix))) throw invalid(source);
    this.#lists[family].addSubnet(address, Number(prefix), family);
  }

  /** A zone says by which interface the peer came, and networks have none. */
  has(text: string): boolean {
    const address = ipAddress(text.replace(/%.*/, ''));
    return address !== undefined && this.#lists[ipFamily(address)].check(address, ipFamily(address));
  }
}

const invalid = (source: string): ForwardedHeadersError =>
  new ForwardedHeadersError('FORWARDED_HEADERS_PROXY_INVALID', source);

/** Whether nothing but zeros stands behind the prefix: `10.0.0.1/8` is a mistake for one or the other. */
const isPrefix = (address: string, length: number): boolean => {
  const bits = ipFamily(address) === 'ipv4' ? ipv4Bits(address) : ipv6Bits(address);
  return length <= bits.length && !bits.includes('1', length);
};

const binary = (value: number, width: number): string => value.toString(2).padStart(width, '0');

const ipv4Bits = (address: string): string =>
  address
    .split('.')
    .map((octet) => binary(Number(octet), 8))
    .join('');

const ipv6Bits = (address: string): string => {
  // A URL writes all groups in hexadecimal, also those of a dotted end.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = [], after = []] = text.split('::').map((side) => side.split(':').filter((group) => group !== ''));
  const left = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...left, ...after].map((group) => binary(Number.parseInt(group, 16), 16)).join('');
};
