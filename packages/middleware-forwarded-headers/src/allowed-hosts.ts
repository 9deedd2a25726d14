import { canonicalIPAddress } from '@windhover/addresses';
import { ForwardedHeadersError } from './errors.ts';

/** A host that may be used as it is, or `undefined`. */
export type ReadHost = (text: string) => string | undefined;

/** Labels of letters, digits, hyphens and underscores, perhaps with a dot at the end; an IPv4 address is such a name. */
const name = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/;
const hostAndPort = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/;

/** The name in lower case, an IPv6 address in brackets in its one form; `undefined` for what is no host. */
const hostName = (text: string): string | undefined => {
  if (!text.startsWith('[')) return name.test(text.toLowerCase()) ? text.toLowerCase() : undefined;
  const address = text.includes(':') && text.endsWith(']') ? canonicalIPAddress(text.slice(1, -1)) : undefined;
  return address && `[${address}]`;
};

/**
 * Reads what stands in a Host field, of the hosts that are allowed. Ports are not compared.
 *
 * @throws ForwardedHeadersError `FORWARDED_HEADERS_HOST_INVALID`
 */
export const readAllowedHosts = (allowedHosts: readonly string[]): ReadHost => {
  const names = new Set<string>();
  const suffixes: string[] = [];
  for (const pattern of allowedHosts) {
    if (pattern === '*') suffixes.push('');
    else if (pattern.startsWith('*.')) suffixes.push(`.${checkedName(pattern.slice(2), pattern)}`);
    else names.add(checkedName(pattern, pattern));
  }
  const isAllowed = (host: string): boolean => names.has(host) || suffixes.some((suffix) => host.endsWith(suffix));
  return (text) => {
    const [, hostText = '', port = '0'] = hostAndPort.exec(text) ?? [];
    const host = hostName(hostText);
    return host !== undefined && Number(port) <= 65_535 && isAllowed(host) ? text : undefined;
  };
};

/** @param pattern what the name is a part of */
const checkedName = (text: string, pattern: string): string => {
  const host = hostName(text);
  if (host === undefined || (host.startsWith('[') && text !== pattern)) {
    throw new ForwardedHeadersError('FORWARDED_HEADERS_HOST_INVALID', pattern);
  }
  return host;
};
