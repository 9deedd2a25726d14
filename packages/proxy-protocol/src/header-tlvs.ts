import { crc32c } from './crc32c.ts';
import { ProxyProtocolError } from './errors.ts';
import type { ProxyTlvs } from './proxy-tlvs.ts';
import { readSslTlv } from './ssl-tlv.ts';
import { TlvFields } from './tlv-fields.ts';
import { type PlacedTlv, readTlvs } from './tlv-list.ts';

const PP2_TYPE_ALPN = 0x01;
const PP2_TYPE_AUTHORITY = 0x02;
const PP2_TYPE_CRC32C = 0x03;
const PP2_TYPE_UNIQUE_ID = 0x05;
const PP2_TYPE_SSL = 0x20;
const PP2_TYPE_NETNS = 0x30;

/** Bytes; 2.2.5. */
const maxUniqueIdSize = 128;

/**
 * Reads the fields after the addresses, and verifies the checksum if there is one.
 *
 * @param header the whole header, with its signature
 * @param start index of the first field
 * @throws ProxyProtocolError `PROXY_PROTOCOL_V2_TLV_INVALID`, `PROXY_PROTOCOL_V2_CHECKSUM_INVALID`
 * Source: PROXY protocol, 2.2.1 to 2.2.7
 */
export const readHeaderTlvs = (header: Uint8Array, start: number): ProxyTlvs => {
  const fields = new TlvFields(readTlvs(header, start));
  const checksum = fields.take(PP2_TYPE_CRC32C);
  if (checksum !== undefined) verifyChecksum(header, checksum);
  const ssl = fields.take(PP2_TYPE_SSL);
  return {
    alpn: fields.takeLatin1(PP2_TYPE_ALPN),
    authority: fields.takeUtf8(PP2_TYPE_AUTHORITY),
    uniqueId: uniqueIdOf(fields),
    ssl: ssl === undefined ? undefined : readSslTlv(ssl.value),
    netns: fields.takeAscii(PP2_TYPE_NETNS),
    checksummed: checksum !== undefined,
    unknown: fields.rest,
  };
};

/** The checksum covers the whole header, with zeros in place of the checksum; 2.2.3. */
const verifyChecksum = (header: Uint8Array, { value, offset }: PlacedTlv): void => {
  if (value.length !== 4) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_TLV_INVALID');
  const sent = new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
  const computed = crc32c(header.subarray(0, offset), new Uint8Array(4), header.subarray(offset + 4));
  if (sent !== computed) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_CHECKSUM_INVALID');
};

const uniqueIdOf = (fields: TlvFields): Uint8Array | undefined => {
  const value = fields.take(PP2_TYPE_UNIQUE_ID)?.value;
  if (value !== undefined && value.length > maxUniqueIdSize)
    throw new ProxyProtocolError('PROXY_PROTOCOL_V2_TLV_INVALID');
  return value;
};
