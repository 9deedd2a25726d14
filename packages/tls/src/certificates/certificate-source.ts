import type { KeyObject, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { TlsError } from '../errors.ts';
import { readFile } from './read-file.ts';

/** A path, PEM text (recognized by its `-----BEGIN`), or the bytes of a file. */
export type FileOrBytes = string | Uint8Array;

/**
 * Source of a certificate and its private key: either a PFX, or a certificate and a key. Files are watched and reloaded
 * when they change.
 */
export interface CertificateSource {
  /** A PFX (PKCS #12) with the certificate, its key and its chain: a path or bytes. */
  readonly pfx?: string | Uint8Array | undefined;
  /** The certificate in PEM or DER. A PEM file may include the chain. */
  readonly certificate?: FileOrBytes | X509Certificate | undefined;
  /** The private key in PEM, or in DER as PKCS #8. Optional if it is in the certificate's file. */
  readonly key?: FileOrBytes | KeyObject | undefined;
  /** Certificates between this one and the root, if they are not in the certificate's file. */
  readonly chain?: FileOrBytes | readonly X509Certificate[] | undefined;
  /** Password of the PFX, or of the encrypted key. */
  readonly password?: string | undefined;
}

/** The content of a source, with its files read. */
export interface CertificateMaterial {
  /** For messages: the path of the PFX or of the certificate, or the option. */
  readonly name: string;
  /** For messages: the path of the key, or the option. */
  readonly keyName: string;
  /** For messages: the path of the chain, or the option. */
  readonly chainName: string;
  readonly pfx: Uint8Array | undefined;
  readonly certificate: string | Uint8Array | X509Certificate | undefined;
  readonly key: string | Uint8Array | KeyObject | undefined;
  readonly chain: string | Uint8Array | readonly X509Certificate[] | undefined;
  readonly password: string | undefined;
}

/** Whether a value is a path and not the content of a file. */
export const isPath = (value: unknown): value is string => typeof value === 'string' && !value.includes('-----BEGIN');

/** Paths of the files of a source. */
export const filesOf = (source: CertificateSource): readonly string[] => {
  const { pfx, certificate, key, chain } = source;
  const pfxPath = typeof pfx === 'string' ? [pfx] : [];
  return [...pfxPath, ...[certificate, key, chain].filter(isPath)];
};

/** The same source, whose files do not depend on the later working directory. */
export const withAbsolutePaths = (source: CertificateSource): CertificateSource => {
  const { pfx, certificate, key, chain } = source;
  return {
    ...source,
    pfx: typeof pfx === 'string' ? resolve(pfx) : pfx,
    certificate: isPath(certificate) ? resolve(certificate) : certificate,
    key: isPath(key) ? resolve(key) : key,
    chain: isPath(chain) ? resolve(chain) : chain,
  };
};

/**
 * Reads the file if the value is a path.
 *
 * @throws TlsError `TLS_FILE_NOT_FOUND`, `TLS_FILE_UNREADABLE`, `TLS_FILE_NOT_REGULAR`, `TLS_FILE_TOO_LARGE`
 */
export const readFileOrBytes = async <T>(value: T | string | undefined): Promise<T | string | Uint8Array | undefined> =>
  isPath(value) ? readFile(value) : value;

/** Whether a certificate is given. */
export const isGiven = ({ pfx, certificate }: CertificateSource): boolean =>
  pfx !== undefined || certificate !== undefined;

/**
 * Reads the files of a source.
 *
 * @throws TlsError `TLS_CERTIFICATE_MISSING`, `TLS_FILE_NOT_FOUND`, `TLS_FILE_UNREADABLE`, `TLS_FILE_NOT_REGULAR`,
 *   `TLS_FILE_TOO_LARGE`
 */
export const readSource = async (source: CertificateSource): Promise<CertificateMaterial> => {
  if (!isGiven(source)) throw new TlsError('TLS_CERTIFICATE_MISSING');
  const { pfx, certificate, key, chain, password } = source;
  return {
    name: pfx === undefined ? nameOf(certificate, 'certificate') : typeof pfx === 'string' ? pfx : 'pfx',
    keyName: nameOf(key, 'key'),
    chainName: nameOf(chain, 'chain'),
    pfx: typeof pfx === 'string' ? await readFile(pfx) : pfx,
    certificate: await readFileOrBytes(certificate),
    key: await readFileOrBytes(key),
    chain: await readFileOrBytes(chain),
    password,
  };
};

const nameOf = (value: unknown, option: string): string => (isPath(value) ? value : option);
