import { Buffer } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { TlsError } from '../errors.ts';

const certificateBlock =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;
/** RFC 7468 section 3: a label between hyphens. */
const anyBlock = /-----BEGIN [ -~]*-----/;

/** The text where it is PEM; `undefined` for DER. RFC 7468 */
export const pemText = (value: string | Uint8Array): string | undefined => {
  const text = typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
  return anyBlock.test(text) ? text : undefined;
};

/**
 * All certificates of a file, in its order; one with DER.
 *
 * @param name for the message
 * @throws TlsError `TLS_CERTIFICATE_INVALID`
 */
export const parseCertificates = (value: string | Uint8Array, name: string): X509Certificate[] => {
  const pem = pemText(value);
  const blocks = pem === undefined ? [value] : (pem.match(certificateBlock) ?? []);
  try {
    const certificates = blocks.map((block) => new X509Certificate(block));
    if (certificates.length > 0) return certificates;
  } catch (cause) {
    throw new TlsError('TLS_CERTIFICATE_INVALID', name, { cause });
  }
  throw new TlsError('TLS_CERTIFICATE_INVALID', name);
};
