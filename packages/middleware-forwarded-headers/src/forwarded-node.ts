import { canonicalIPAddress } from '@windhover/addresses';
import type { CustomEndpoint, Endpoint } from '@windhover/connections';

/** A client whose address the proxy does not disclose: an obfuscated identifier, or `unknown` (RFC 7239 section 6). */
export interface ObfuscatedEndpoint extends CustomEndpoint {
  readonly kind: 'x-forwarded';
  /** `unknown`, or the identifier that the proxy uses for the client: `_hidden`. */
  readonly node: string;
}

/**
 * node = nodename [ ":" node-port ], nodename = IPv4address / "[" IPv6address "]" / "unknown" / obfnode,
 * node-port = 1*5DIGIT / obfport, obfnode = obfport = "_" 1*( ALPHA / DIGIT / "." / "_" / "-" ) (RFC 7239 section 6)
 */
const node =
  /^(?:(?<ipv4>[\d.]+)|\[(?<ipv6>[\da-f.]*:[\da-f:.]*)\]|(?<unknown>unknown)|(?<obfuscated>_[\w.-]+))(?::(?:(?<port>\d{1,5})|_[\w.-]+))?$/i;

/**
 * Parses the node of a `Forwarded` element: the sender of the request. The port is 0 if the node has none.
 *
 * @returns `undefined` for a text that is not a node
 */
export const readNode = (text: string): Endpoint | undefined => {
  const { ipv4, ipv6, unknown, obfuscated, port = '0' } = node.exec(text)?.groups ?? {};
  if (Number(port) > 65_535) return undefined;
  if (unknown !== undefined) return undisclosed('unknown');
  if (obfuscated !== undefined) return undisclosed(obfuscated);
  return ipEndpoint(ipv4 ?? ipv6 ?? '', Number(port));
};

/** Parses an entry of X-Forwarded-For: a node as in `Forwarded`, or an IPv6 address without brackets. */
export const readForwardedFor = (text: string): Endpoint | undefined => ipEndpoint(text, 0) ?? readNode(text);

const undisclosed = (name: string): ObfuscatedEndpoint => ({ kind: 'x-forwarded', node: name });

const ipEndpoint = (text: string, port: number): Endpoint | undefined => {
  const address = canonicalIPAddress(text);
  return address === undefined ? undefined : { kind: 'ip', address, port };
};
