import type { BindingAddress } from './binding-address.ts';
import type { BindingTarget } from './binding-target.ts';
import { candidateAddress, usualPort } from './candidate.ts';
import { formatBindingAddress } from './format-binding-address.ts';
import { isLocalhost } from './host.ts';
import { isIPv4Unicast, parseIPv4 } from './ipv4.ts';
import {
  type IPv6Address,
  formatIPv6Groups,
  isIPv6LinkLocal,
  isIPv6Loopback,
  isIPv6Multicast,
  mappedIPv4,
  parseIPv6,
} from './ipv6.ts';
import { readBindingAddress } from './read-binding-address.ts';
import { Refusal } from './refusal.ts';

/**
 * Resolves the target. The address is formatted and read again first, so that an object that was not made by the parser is
 * checked as well. Positions are indexes into the formatted address.
 *
 * @throws Refusal any code
 */
export const readBindingTarget = (given: BindingAddress): BindingTarget => {
  const address = readBindingAddress(formatBindingAddress(given));
  checkScheme(address);
  checkPathBase(address);
  // The name of an object that was not made by the parser may not survive formatting: a colon ends it, and "@" means NUL.
  if (address.unixPath !== given.unixPath || address.pipeName !== given.pipeName) {
    const code = given.unixPath?.startsWith('@') ? 'ADDRESS_PATH_RELATIVE' : 'ADDRESS_PATH_COLON';
    throw new Refusal(code, formatBindingAddress(given).lastIndexOf(':'));
  }
  if (address.unixPath !== undefined) return { kind: 'unix', path: address.unixPath };
  if (address.pipeName !== undefined) return { kind: 'pipe', name: address.pipeName };
  return hostTarget(address);
};

const checkScheme = (address: BindingAddress): void => {
  if (/^https?$/i.test(address.scheme)) return;
  const port = address.host === '' ? 0 : address.port || usualPort('http');
  const scheme = address.scheme.toLowerCase() === 'wss' ? 'https' : 'http';
  throw new Refusal('ADDRESS_SCHEME_UNSUPPORTED', 0, formatBindingAddress({ ...address, scheme, port }));
};

const checkPathBase = (address: BindingAddress): void => {
  if (address.pathBase === '') return;
  const bare = formatBindingAddress({ ...address, pathBase: '' });
  const separator = address.host === '' ? 1 : 0;
  throw new Refusal('ADDRESS_PATH_BASE', bare.length + separator, bare);
};

const hostTarget = (address: BindingAddress): BindingTarget => {
  const { host, port } = address;
  if (isLocalhost(host)) return { kind: 'localhost', host: host.replace(/localhost$/i, 'localhost'), port };
  if (host.startsWith('[')) return ipv6Target(address, parseIPv6(host.slice(1, -1)) as IPv6Address);
  const octets = parseIPv4(host);
  if (octets === undefined) return { kind: 'any', port };
  if (!isIPv4Unicast(octets)) throw new Refusal('ADDRESS_NOT_UNICAST', address.scheme.length + 3);
  return { kind: 'ip', address: host, port };
};

const ipv6Target = ({ scheme, port }: BindingAddress, { groups, zone }: IPv6Address): BindingTarget => {
  const start = scheme.length + 4;
  const withHost = (host: string): string => candidateAddress(scheme, host, port);
  const mapped = mappedIPv4(groups);
  if (mapped !== undefined) throw new Refusal('ADDRESS_IPV4_MAPPED', start, withHost(mapped));
  if (isIPv6Multicast(groups)) throw new Refusal('ADDRESS_NOT_UNICAST', start);
  const address = formatIPv6Groups(groups);
  // On the loopback the zone has no meaning, and no system reports it. On `::` it would be lost, and the server would listen
  // on every interface instead of one.
  if (zone === undefined || isIPv6Loopback(groups)) return { kind: 'ip', address, port };
  if (!isIPv6LinkLocal(groups)) {
    throw new Refusal('ADDRESS_ZONE_UNUSED', start, address === '::' ? undefined : withHost(`[${address}]`));
  }
  return { kind: 'ip', address: `${address}%${zone}`, port };
};
