import { X509Certificate, createPrivateKey } from 'node:crypto';
import { DevCertsError } from './errors.ts';
import { isKeyExposed } from './file-safety.ts';
import { NotARegularFileError, readSmallFile } from './read-file.ts';

/** A certificate and its private key. */
export interface Identity {
  readonly certificate: X509Certificate;
  readonly certificatePem: string;
  /** PKCS #8, not encrypted. */
  readonly keyPem: string;
}

/**
 * Reads a file that holds a certificate and its private key.
 *
 * @throws DevCertsError `DEV_CERTS_MISSING`, `DEV_CERTS_UNREADABLE`, `DEV_CERTS_KEY_EXPOSED`, `DEV_CERTS_CORRUPT`,
 *   `DEV_CERTS_KEY_MISMATCH`
 */
export const readIdentity = (path: string): Identity => parseIdentity(readKeyFile(path), path);

const readKeyFile = (path: string): string => {
  try {
    return readSmallFile(path, (stats) => {
      if (isKeyExposed(stats)) throw new DevCertsError('DEV_CERTS_KEY_EXPOSED', path);
    });
  } catch (cause) {
    if (cause instanceof DevCertsError) throw cause;
    if (cause instanceof NotARegularFileError) throw new DevCertsError('DEV_CERTS_CORRUPT', path);
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

/** The blocks of a PEM text that have the label, each with a line end. Source: RFC 7468 */
export const pemBlocks = (text: string, label: string): string[] => {
  const blocks = text.match(/-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/g) ?? [];
  return blocks.filter((block) => block.startsWith(`-----BEGIN ${label}-----`)).map((block) => `${block}\n`);
};
