import { ProxyProtocolError } from './errors.ts';
import type { ProxySsl } from './proxy-tlvs.ts';
import { TlvFields } from './tlv-fields.ts';
import { readTlvs } from './tlv-list.ts';

const PP2_CLIENT_SSL = 0x01;
const PP2_CLIENT_CERT_CONN = 0x02;
const PP2_CLIENT_CERT_SESS = 0x04;

const PP2_SUBTYPE_SSL_VERSION = 0x21;
const PP2_SUBTYPE_SSL_CN = 0x22;
const PP2_SUBTYPE_SSL_CIPHER = 0x23;
const PP2_SUBTYPE_SSL_SIG_ALG = 0x24;
const PP2_SUBTYPE_SSL_KEY_ALG = 0x25;

/** `client` is one byte, `verify` four. */
const fixedSize = 5;

/**
 * Reads the value of a `PP2_TYPE_SSL` field.
 *
 * ```
 * struct pp2_tlv_ssl { uint8_t client; uint32_t verify; struct pp2_tlv sub_tlv[0]; }
 * ```
 *
 * @throws ProxyProtocolError `PROXY_PROTOCOL_V2_TLV_INVALID`
 * Source: PROXY protocol, 2.2.6
 */
export const readSslTlv = (value: Uint8Array): ProxySsl => {
  if (value.length < fixedSize) throw new ProxyProtocolError('PROXY_PROTOCOL_V2_TLV_INVALID');
  const client = value[0]!;
  const fields = new TlvFields(readTlvs(value, fixedSize));
  const certificateOnConnection = (client & PP2_CLIENT_CERT_CONN) !== 0;
  const certificateInSession = (client & PP2_CLIENT_CERT_SESS) !== 0;
  const given = certificateOnConnection || certificateInSession;
  return {
    overTls: (client & PP2_CLIENT_SSL) !== 0,
    certificateOnConnection,
    certificateInSession,
    // `verify` is also zero if there was nothing to verify, so it is not enough alone.
    verified: given && value.subarray(1, fixedSize).every((byte) => byte === 0),
    version: fields.takeAscii(PP2_SUBTYPE_SSL_VERSION),
    commonName: fields.takeUtf8(PP2_SUBTYPE_SSL_CN),
    cipher: fields.takeAscii(PP2_SUBTYPE_SSL_CIPHER),
    signatureAlgorithm: fields.takeAscii(PP2_SUBTYPE_SSL_SIG_ALG),
    keyAlgorithm: fields.takeAscii(PP2_SUBTYPE_SSL_KEY_ALG),
    unknown: fields.rest,
  };
};
