import { ProxyProtocolError } from './errors.ts';
import type { RawTlv } from './proxy-tlvs.ts';

/** `PP2_TYPE_NOOP`: padding, which the receiver ignores. */
const noop = 0x04;

/** One byte of type, two of length. */
const headSize = 3;

/** A field and the index of its value, for the checksum. */
export interface PlacedTlv extends RawTlv {
  /** Index of the value in the bytes that were read. */
  readonly offset: number;
}

/**
 * Splits bytes into fields; padding is left out.
 *
 * ```
 * struct pp2_tlv { uint8_t type; uint8_t length_hi; uint8_t length_lo; uint8_t value[0]; }
 * ```
 *
 * @param start index of the first field
 * @throws ProxyProtocolError `PROXY_PROTOCOL_V2_TLV_INVALID` if the last field is cut off
 * Source: PROXY protocol, 2.2.1
 */
export const readTlvs = (bytes: Uint8Array, start: number): PlacedTlv[] => {
  const found: PlacedTlv[] = [];
  let at = start;
  while (at < bytes.length) {
    if (bytes.length - at < headSize) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_TLV_INVALID');
    const type = bytes[at]!;
    const offset = at + headSize;
    at = offset + bytes[at + 1]! * 256 + bytes[at + 2]!;
    if (at > bytes.length) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_TLV_INVALID');
    if (type !== noop) found.push({ type, offset, value: bytes.subarray(offset, at) });
  }
  return found;
};
