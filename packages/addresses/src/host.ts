import { looksLikeIPv4, parseIPv4, repairIPv4 } from './ipv4.ts';
import { type IPv6Fault, isIPv6, parseIPv6 } from './ipv6.ts';
import { Refusal } from './refusal.ts';

/** The context for reporting a fault in a host. */
export interface HostContext {
  /** Index of the host in the address. */
  readonly start: number;
  /** The address with another host, to suggest. */
  readonly withHost: (host: string) => string;
}

/** RFC 1035, section 2.3.4: 255 octets on the wire are 253 characters. */
const maxNameLength = 253;
const maxLabelLength = 63;

/** Letters, digits and hyphen (RFC 1123, section 2.1), the dot, and the underscore, which is common in machine names. */
const outsideOfNames = /[^A-Za-z\d._-]/;

/** Whether a host means every interface. Source: `*` and `+` are the wildcards of HTTP.sys and Kestrel. */
const isWildcard = (host: string): boolean => host === '*' || host === '+';

/** `localhost`, or a name with a non-empty part before `.localhost`, in any case (RFC 6761, section 6.3). */
export const isLocalhost = (host: string): boolean => /^(?:.+\.)?localhost$/i.test(host);

/**
 * Checks a host that is not in brackets: a wildcard, a dotted quad or a host name. A name that is
 * neither an IP address nor localhost makes the server listen on every interface, so likely typing errors are refused.
 *
 * @throws Refusal `ADDRESS_HOST_CHARACTER`, `ADDRESS_HOST_LABEL`, `ADDRESS_HOST_TOO_LONG`, `ADDRESS_IPV4_INVALID`
 */
export const checkHost = (host: string, context: HostContext): void => {
  if (isWildcard(host) || parseIPv4(host) !== undefined) return;
  // Kestrel reads "*.localhost" as any other name below localhost, and binds the loopback only.
  const wildcardLength = host.startsWith('*.') && isLocalhost(host) ? 2 : 0;
  const name = host.slice(wildcardLength);
  const start = context.start + wildcardLength;
  checkCharacters(name, start, context);
  if (looksLikeIPv4(name)) {
    throw new Refusal('ADDRESS_IPV4_INVALID', start, context.withHost(repairIPv4(name) ?? 'localhost'));
  }
  checkLengths(name, start, context);
  checkLabels(name, start, context);
};

const checkCharacters = (name: string, start: number, { withHost }: HostContext): void => {
  const at = name.search(outsideOfNames);
  if (at === -1) return;
  // Only spaces at the ends can be removed without guessing.
  const trimmed = name.trim();
  throw new Refusal(
    'ADDRESS_HOST_CHARACTER',
    start + at,
    withHost(outsideOfNames.test(trimmed) ? 'localhost' : trimmed),
  );
};

const checkLengths = (name: string, start: number, { withHost }: HostContext): void => {
  if (name.length > maxNameLength) {
    throw new Refusal('ADDRESS_HOST_TOO_LONG', start + maxNameLength, withHost('localhost'));
  }
  let at = start;
  for (const label of name.split('.')) {
    if (label.length > maxLabelLength) {
      throw new Refusal('ADDRESS_HOST_TOO_LONG', at + maxLabelLength, withHost('localhost'));
    }
    at += label.length + 1;
  }
};

const checkLabels = (name: string, start: number, { withHost }: HostContext): void => {
  let at = start;
  for (const label of name.split('.')) {
    if (label === '' || label.startsWith('-')) throw new Refusal('ADDRESS_HOST_LABEL', at, withHost(repairName(name)));
    if (label.endsWith('-')) {
      throw new Refusal('ADDRESS_HOST_LABEL', at + label.length - 1, withHost(repairName(name)));
    }
    at += label.length + 1;
  }
};

/** Suggests `localhost` for `localhost.` and `.localhost`, and other names without the dot at their end. */
const repairName = (name: string): string => {
  const trimmed = name.replace(/\.$/, '').replace(/^\.(?=localhost$)/i, '');
  return trimmed === name ? 'localhost' : trimmed;
};

/**
 * Checks the text between brackets.
 *
 * @throws Refusal `ADDRESS_IPV6_INVALID`, `ADDRESS_ZONE_INVALID`
 */
export const checkBracketed = (inside: string, { start, withHost }: HostContext): void => {
  const parsed = parseIPv6(inside);
  if ('groups' in parsed) return;
  throw new Refusal(parsed.code, start + parsed.faultAt, withHost(repairBracketed(inside, parsed)));
};

const repairBracketed = (inside: string, { code, faultAt }: IPv6Fault): string => {
  if (parseIPv4(inside) !== undefined || isLocalhost(inside)) return inside;
  const decoded = inside.replace('%25', '%');
  return code === 'ADDRESS_ZONE_INVALID' && isIPv6(decoded) && faultAt > 0 ? `[${decoded}]` : '[::1]';
};

/**
 * Reads an IPv6 address without brackets, and the port after it if the last group looks like a port: `::1` gives
 * `[::1]`, `::1:5000` gives `[::1]:5000`. `undefined` for a text that is not an IPv6 address.
 */
export const bracketed = (authority: string): string | undefined => {
  const [, address, port] = /^(.*):(\d{2,5})$/.exec(authority) ?? [];
  if (address !== undefined && isIPv6(address) && Number(port) <= 65_535) return `[${address}]:${port}`;
  return isIPv6(authority) ? `[${authority}]` : undefined;
};
