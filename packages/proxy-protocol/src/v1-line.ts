import { Buffer } from 'node:buffer';
import { isIPv4, isIPv6 } from 'node:net';
import { ProxyProtocolError } from './errors.ts';
import { ipEndpoint } from './ip-endpoint.ts';
import type { ProxyHeader } from './proxy-header.ts';
import { noTlvs } from './proxy-tlvs.ts';

/** Bytes of the longest line with its CRLF: `PROXY UNKNOWN`, two addresses of 39 characters, two ports of five. */
export const maxV1LineSize = 107;

/** Decimal, without a leading zero, which other parsers would read as octal. */
const portText = /^(?:0|[1-9]\d{0,4})$/;

const families: Readonly<Record<string, (address: string) => boolean>> = {
  TCP4: isIPv4,
  // A zone is only valid on its own machine.
  TCP6: (address) => isIPv6(address) && !address.includes('%'),
};

/**
 * Reads one line of version 1.
 *
 * ```
 * line = "PROXY" SP ("TCP4" / "TCP6") SP source SP destination SP source-port SP destination-port CRLF
 *      / "PROXY UNKNOWN" [SP *OCTET] CRLF
 * ```
 *
 * The text after `UNKNOWN` is ignored, as specified, unless it contains another CR or LF: parsers differ on whether
 * that ends the line.
 *
 * @param bytes with its CRLF; its only LF is the last byte, and it begins with `PROXY `
 * @throws ProxyProtocolError `PROXY_PROTOCOL_V1_LINE_INVALID`, `PROXY_PROTOCOL_V1_PROTOCOL_INVALID`,
 *   `PROXY_PROTOCOL_V1_ADDRESS_INVALID`, `PROXY_PROTOCOL_V1_PORT_INVALID`
 * Source: PROXY protocol, 2.1
 */
export const readV1Line = (bytes: Uint8Array): ProxyHeader => {
  const text = Buffer.from(bytes).toString('latin1');
  if (text.indexOf('\r') !== text.length - 2) throw new ProxyProtocolError('PROXY_PROTOCOL_V1_LINE_INVALID');
  const [, protocol, ...rest] = text.slice(0, -2).split(' ');
  const base = { version: 1, command: 'PROXY', tlvs: noTlvs } as const;
  if (protocol === 'UNKNOWN') return { ...base, transport: undefined, endpoints: undefined };
  if (!Object.hasOwn(families, protocol!)) throw new ProxyProtocolError('PROXY_PROTOCOL_V1_PROTOCOL_INVALID');
  return { ...base, transport: 'stream', endpoints: readEndpoints(families[protocol!]!, rest) };
};

const readEndpoints = (isAddress: (text: string) => boolean, rest: readonly string[]) => {
  if (rest.length !== 4) throw new ProxyProtocolError('PROXY_PROTOCOL_V1_LINE_INVALID');
  const [source, destination, sourcePort, destinationPort] = rest as [string, string, string, string];
  if (!isAddress(source) || !isAddress(destination)) throw new ProxyProtocolError('PROXY_PROTOCOL_V1_ADDRESS_INVALID');
  return {
    source: ipEndpoint(source, readPort(sourcePort)),
    destination: ipEndpoint(destination, readPort(destinationPort)),
  };
};

const readPort = (text: string): number => {
  const port = portText.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new ProxyProtocolError('PROXY_PROTOCOL_V1_PORT_INVALID');
  return port;
};
