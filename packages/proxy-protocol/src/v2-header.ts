import { ProxyProtocolError } from './errors.ts';
import { readHeaderTlvs } from './header-tlvs.ts';
import type { ProxyHeader } from './proxy-header.ts';
import { noTlvs } from './proxy-tlvs.ts';
import { addressBlocks } from './v2-addresses.ts';

/** Signature, version and command, family and transport, length. */
export const v2FixedSize = 16;

/** The longest header that the length field of two bytes allows. */
export const maxV2HeaderSize = v2FixedSize + 0xffff;

const LOCAL = 0x0;
const PROXY = 0x1;

/**
 * Checks the first 16 bytes and returns the size of the whole header.
 *
 * @param fixed at least 16 bytes; the signature has been checked
 * @throws ProxyProtocolError `PROXY_PROTOCOL_V2_VERSION_INVALID`, `PROXY_PROTOCOL_V2_COMMAND_INVALID`
 * Source: PROXY protocol, 2.2
 */
export const v2HeaderSize = (fixed: Uint8Array): number => {
  const versionAndCommand = fixed[12]!;
  if (versionAndCommand >> 4 !== 2) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_VERSION_INVALID');
  const command = versionAndCommand & 0xf;
  if (command !== LOCAL && command !== PROXY) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_COMMAND_INVALID');
  return v2FixedSize + fixed[14]! * 256 + fixed[15]!;
};

/**
 * Reads a whole header of version 2.
 *
 * The family and the block of `LOCAL` are ignored, as the specification demands. `UNSPEC` has no addresses, and its fields
 * follow directly, as HAProxy writes them.
 *
 * @param header exactly as long as `v2HeaderSize` returned
 * @throws ProxyProtocolError `PROXY_PROTOCOL_V2_FAMILY_INVALID`, `PROXY_PROTOCOL_V2_ADDRESS_INCOMPLETE`,
 *   `PROXY_PROTOCOL_V2_TLV_INVALID`, `PROXY_PROTOCOL_V2_CHECKSUM_INVALID`
 * Source: PROXY protocol, 2.2
 */
export const readV2Header = (header: Uint8Array): ProxyHeader => {
  if ((header[12]! & 0xf) === LOCAL) {
    return { version: 2, command: 'LOCAL', transport: undefined, endpoints: undefined, tlvs: noTlvs };
  }
  const block = addressBlocks.get(header[13]!);
  if (block === undefined) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_FAMILY_INVALID');
  const start = v2FixedSize + block.size;
  if (start > header.length) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_ADDRESS_INCOMPLETE');
  return {
    version: 2,
    command: 'PROXY',
    transport: block.transport,
    endpoints: block.read?.(header.subarray(v2FixedSize, start)),
    tlvs: readHeaderTlvs(header, start),
  };
};
