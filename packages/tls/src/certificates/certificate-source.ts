import type { KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TlsError } from '../errors.ts';

/** A path, PEM text (known by its `-----BEGIN`), or the bytes of a file. */
export type FileOrBytes = string | Uint8Array;

/**
 * Where a certificate and its private key come from: either a PFX, or a certificate and a key. Files are watched, and
 * loaded again when they change.
 */
export interface CertificateSource {
  /** A PFX (PKCS #12) with the certificate, its key and its chain: a path or bytes. */
  readonly pfx?: string | Uint8Array | undefined;
  /** The certificate in PEM or DER, with PEM followed by its chain, the issuer first. */
  readonly certificate?: FileOrBytes | X509Certificate | undefined;
  /** The private key in PEM, or in DER as PKCS #8. Not needed where it is in the file of the certificate. */
  readonly key?: FileOrBytes | KeyObject | undefined;
  /** Certificates between this one and the root, where they are not in the file of the certificate. */
  readonly chain?: FileOrBytes | readonly X509Certificate[] | undefined;
  /** Of the PFX, or of the encrypted key. */
  readonly password?: string | undefined;
}

/** What has been read of a source: the same without paths. */
export interface CertificateMaterial {
  /** For messages: the path, or what it is. */
  readonly name: string;
  readonly pfx: Uint8Array | undefined;
  readonly certificate: string | Uint8Array | X509Certificate | undefined;
  readonly key: string | Uint8Array | KeyObject | undefined;
  readonly chain: string | Uint8Array | readonly X509Certificate[] | undefined;
  readonly password: string | undefined;
}

const isPath = (value: unknown): value is string => typeof value === 'string' && !value.includes('-----BEGIN');

/** The files that a source is read from. */
export const filesOf = (source: CertificateSource): readonly string[] => {
  const { pfx, certificate, key, chain } = source;
  const pfxPath = typeof pfx === 'string' ? [pfx] : [];
  return [...pfxPath, ...[certificate, key, chain].filter(isPath)];
};

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** @throws TlsError `TLS_FILE_NOT_FOUND`, `TLS_FILE_UNREADABLE` */
const readBytes = (path: string): Uint8Array => {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new TlsError(isNotFound(cause) ? 'TLS_FILE_NOT_FOUND' : 'TLS_FILE_UNREADABLE', path, { cause });
  }
};

/** Reads what is given as a path.
 *
 * @throws TlsError `TLS_FILE_NOT_FOUND`, `TLS_FILE_UNREADABLE`
 */
export const readFileOrBytes = <T>(value: T | string | undefined): T | string | Uint8Array | undefined =>
  isPath(value) ? readBytes(value) : value;

/** Whether anything is given at all. */
export const isGiven = ({ pfx, certificate }: CertificateSource): boolean =>
  pfx !== undefined || certificate !== undefined;

/**
 * Reads the files of a source, synchronously.
 *
 * @throws TlsError `TLS_CERTIFICATE_MISSING`, `TLS_FILE_NOT_FOUND`, `TLS_FILE_UNREADABLE`
 */
export const readSource = (source: CertificateSource): CertificateMaterial => {
  if (!isGiven(source)) throw new TlsError('TLS_CERTIFICATE_MISSING');
  const { pfx, certificate, key, chain, password } = source;
  return {
    name: filesOf(source)[0] ?? (pfx === undefined ? 'certificate' : 'pfx'),
    pfx: typeof pfx === 'string' ? readBytes(pfx) : pfx,
    certificate: readFileOrBytes(certificate),
    key: readFileOrBytes(key),
    chain: readFileOrBytes(chain),
    password,
  };
};
