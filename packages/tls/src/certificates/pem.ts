import { Buffer } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { TlsError } from '../errors.ts';

/** One block of a PEM text. */
export interface PemBlock {
  /** E.g. `CERTIFICATE`. */
  readonly label: string;
  /** Includes the first and the last line. */
  readonly text: string;
}

const certificateLabels = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];
const begin = '-----BEGIN ';
const hyphens = '-----';

/**
 * Whether bytes are UTF-16 of either byte order, by the byte order mark or by the first characters of PEM or blank
 * text.
 */
const isUtf16 = (bytes: Uint8Array): boolean => {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0x2d && second === 0) || (first === 0 && second === 0x2d);
};

/**
 * The text if the value is PEM; `undefined` for DER.
 *
 * @param name for the message
 * @throws TlsError `TLS_FILE_UTF16`
 * Source: RFC 7468
 */
export const pemText = (value: string | Uint8Array, name: string): string | undefined => {
  if (typeof value !== 'string' && isUtf16(value)) throw new TlsError('TLS_FILE_UTF16', name);
  const text = typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
  return text.includes(begin) ? text : undefined;
};

/** The blocks of a text in order, without other text: a byte order mark, bag attributes, comments. */
export const pemBlocks = (text: string): PemBlock[] => {
  const blocks: PemBlock[] = [];
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, at + 1)) {
    const labelEnd = text.indexOf(hyphens, at + begin.length);
    if (labelEnd === -1) break;
    const label = text.slice(at + begin.length, labelEnd);
    const end = `-----END ${label}-----`;
    const endAt = text.indexOf(end, labelEnd);
    if (endAt === -1) break;
    blocks.push({ label, text: text.slice(at, endAt + end.length) });
    at = endAt;
  }
  return blocks;
};

/**
 * All certificates of a file, in order; DER contains one.
 *
 * @param name for the message
 * @throws TlsError `TLS_CERTIFICATE_INVALID`, `TLS_FILE_UTF16`
 */
export const parseCertificates = (value: string | Uint8Array, name: string): X509Certificate[] => {
  const pem = pemText(value, name);
  const blocks = pem === undefined ? [value] : certificateBlocks(pem);
  try {
    const certificates = blocks.map((block) => new X509Certificate(block));
    if (certificates.length > 0) return certificates;
  } catch (cause) {
    throw new TlsError('TLS_CERTIFICATE_INVALID', name, { cause });
  }
  throw new TlsError('TLS_CERTIFICATE_INVALID', name);
};

const certificateBlocks = (pem: string): string[] =>
  pemBlocks(pem)
    .filter(({ label }) => certificateLabels.includes(label))
    .map(({ text }) => text);
