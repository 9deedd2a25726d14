import { Buffer } from 'node:buffer';
import { ProxyProtocolError } from './errors.ts';
import type { PlacedTlv } from './tlv-list.ts';
import type { RawTlv } from './proxy-tlvs.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Printable US-ASCII, for names of versions, ciphers and namespaces. */
const printable = /^[\x20-\x7e]*$/;

/**
 * Fields that are removed by type; the others remain in `rest`. A known type may occur only once, because parsers could
 * use different fields of the same type.
 */
export class TlvFields {
  #left: readonly PlacedTlv[];

  constructor(tlvs: readonly PlacedTlv[]) {
    this.#left = tlvs;
  }

  /** @throws ProxyProtocolError `PROXY_PROTOCOL_V2_TLV_INVALID` if the type occurs twice */
  take(type: number): PlacedTlv | undefined {
    const found = this.#left.filter((each) => each.type === type);
    if (found.length > 1) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_TLV_INVALID');
    if (found.length === 1) this.#left = this.#left.filter((each) => each.type !== type);
    return found[0];
  }

  /** @throws ProxyProtocolError `PROXY_PROTOCOL_V2_TLV_INVALID` for bytes that are not UTF-8 */
  takeUtf8(type: number): string | undefined {
    const value = this.take(type)?.value;
    if (value === undefined) return undefined;
    try {
      return utf8.decode(value);
    } catch (cause) {
      throw new ProxyProtocolError('PROXY_PROTOCOL_V2_TLV_INVALID', { cause });
    }
  }

  /** @throws ProxyProtocolError `PROXY_PROTOCOL_V2_TLV_INVALID` for bytes that are not printable US-ASCII */
  takeAscii(type: number): string | undefined {
    const text = this.takeLatin1(type);
    if (text !== undefined && !printable.test(text)) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_TLV_INVALID');
    return text;
  }

  /** One character for each byte. */
  takeLatin1(type: number): string | undefined {
    const value = this.take(type)?.value;
    return value === undefined ? undefined : Buffer.from(value).toString('latin1');
  }

  get rest(): readonly RawTlv[] {
    return this.#left.map(({ type, value }) => ({ type, value }));
  }
}
