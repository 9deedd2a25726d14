import { X509Certificate, createPrivateKey } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { DevCertsError } from './errors.ts';
import { isKeyExposed } from './file-safety.ts';
import { pemBlocks } from './pem.ts';

/** A certificate and its private key. */
export interface Identity {
  readonly certificate: X509Certificate;
  readonly certificatePem: string;
  /** PKCS #8, not encrypted. */
  readonly keyPem: string;
}

/** Bytes; a certificate and its key have about 1,300. */
const maxFileSize = 64 * 1024;

/**
 * Reads a file that holds a certificate and its private key.
 *
 * @throws DevCertsError `DEV_CERTS_MISSING`, `DEV_CERTS_UNREADABLE`, `DEV_CERTS_KEY_EXPOSED`, `DEV_CERTS_CORRUPT`,
 *   `DEV_CERTS_KEY_MISMATCH`
 */
export const readIdentity = (path: string): Identity => parseIdentity(readKeyFile(path), path);

/** The modes are those of the file that is read, whatever the path leads to in the meantime. */
const readKeyFile = (path: string): string => {
  const descriptor = reading(path, () => openSync(path, 'r'));
  try {
    const stats = fstatSync(descriptor);
    if (isKeyExposed(stats)) throw new DevCertsError('DEV_CERTS_KEY_EXPOSED', path);
    if (!stats.isFile() || stats.size > maxFileSize) throw new DevCertsError('DEV_CERTS_CORRUPT', path);
    return reading(path, () => readFileSync(descriptor, 'latin1'));
  } finally {
    closeSync(descriptor);
  }
};

const reading = <T>(path: string, read: () => T): T => {
  try {
    return read();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new DevCertsError('DEV_CERTS_MISSING', path);
    throw new DevCertsError('DEV_CERTS_UNREADABLE', path, { cause });
  }
};

const parseIdentity = (text: string, path: string): Identity => {
  const [certificatePem] = pemBlocks(text, 'CERTIFICATE');
  const [keyPem] = pemBlocks(text, 'PRIVATE KEY');
  if (certificatePem === undefined || keyPem === undefined) throw new DevCertsError('DEV_CERTS_CORRUPT', path);
  const [certificate, key] = parsing(path, () => [new X509Certificate(certificatePem), createPrivateKey(keyPem)]);
  if (!certificate.checkPrivateKey(key)) throw new DevCertsError('DEV_CERTS_KEY_MISMATCH', path);
  return { certificate, certificatePem, keyPem };
};

const parsing = <T extends readonly unknown[]>(path: string, parse: () => readonly [...T]): readonly [...T] => {
  try {
    return parse();
  } catch (cause) {
    throw new DevCertsError('DEV_CERTS_CORRUPT', path, { cause });
  }
};
