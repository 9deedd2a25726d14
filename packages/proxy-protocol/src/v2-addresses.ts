import { Buffer } from 'node:buffer';
import type { IPEndpoint, UnixSocketEndpoint } from '@windhover/connections';
import { ipEndpoint } from './ip-endpoint.ts';
import type { ProxiedEndpoints, ProxyHeader } from './proxy-header.ts';

/** The addresses of one family and transport. */
interface AddressBlock {
  readonly transport: ProxyHeader['transport'];
  /** Bytes. */
  readonly size: number;
  /** Absent if there are no addresses. */
  readonly read?: (block: Uint8Array) => ProxiedEndpoints;
}

const portAt = (block: Uint8Array, at: number): number => block[at]! * 256 + block[at + 1]!;

const ipv4At = (block: Uint8Array, at: number, portOffset: number): IPEndpoint =>
  ipEndpoint(block.subarray(at, at + 4).join('.'), portAt(block, portOffset));

const ipv6At = (block: Uint8Array, at: number, portOffset: number): IPEndpoint => {
  const groups = Array.from({ length: 8 }, (_, group) => portAt(block, at + 2 * group).toString(16));
  return ipEndpoint(groups.join(':'), portAt(block, portOffset));
};

/** Bytes of `sun_path`. */
const pathSize = 108;

/** A path ends at its first NUL. An abstract name begins with a NUL and excludes the NULs at its end. */
const unixAt = (block: Uint8Array, at: number): UnixSocketEndpoint => {
  const text = Buffer.from(block.subarray(at, at + pathSize)).toString();
  return { kind: 'unix', path: text.startsWith('\0') ? withoutTrailingNuls(text) : text.split('\0', 1)[0]! };
};

const withoutTrailingNuls = (text: string): string => {
  let end = text.length;
  while (text[end - 1] === '\0') end--;
  return text.slice(0, end);
};

const readIPv4 = (block: Uint8Array): ProxiedEndpoints => ({
  source: ipv4At(block, 0, 8),
  destination: ipv4At(block, 4, 10),
});

const readIPv6 = (block: Uint8Array): ProxiedEndpoints => ({
  source: ipv6At(block, 0, 32),
  destination: ipv6At(block, 16, 34),
});

const readUnix = (block: Uint8Array): ProxiedEndpoints => ({
  source: unixAt(block, 0),
  destination: unixAt(block, pathSize),
});

/**
 * The form of the addresses for each value of the 14th byte, family and transport; other values are refused. `datagram`
 * is the transport between client and proxy (QUIC); the connection to this server is a stream.
 *
 * Source: PROXY protocol, 2.2
 */
export const addressBlocks: ReadonlyMap<number, AddressBlock> = new Map<number, AddressBlock>([
  [0x00, { transport: undefined, size: 0 }],
  [0x11, { transport: 'stream', size: 12, read: readIPv4 }],
  [0x12, { transport: 'datagram', size: 12, read: readIPv4 }],
  [0x21, { transport: 'stream', size: 36, read: readIPv6 }],
  [0x22, { transport: 'datagram', size: 36, read: readIPv6 }],
  [0x31, { transport: 'stream', size: 2 * pathSize, read: readUnix }],
  [0x32, { transport: 'datagram', size: 2 * pathSize, read: readUnix }],
]);
