import { X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import { type SecureContextOptions, TLSSocket, createSecureContext } from 'node:tls';
import { type CertificateMaterial, type CertificateSource, readSource } from './certificate-source.ts';
import { TlsError, type TlsErrorCode } from '../errors.ts';
import { parseCertificates } from './pem.ts';
import { isWeakness } from './weak-certificate.ts';
import { holdsPrivateKey, parsePrivateKey } from './private-key.ts';

/** The parts of a context that are the certificate's. */
export type CertificateContextOptions = Pick<SecureContextOptions, 'cert' | 'key' | 'pfx' | 'passphrase'>;

/** A certificate with its private key and chain, loaded and found usable. Made by `loadCertificate`. */
export class TlsCertificate {
  /** The certificate itself, without its chain. */
  readonly leaf: X509Certificate;
  /** For messages: the path that it came from, or what it is. */
  readonly name: string;
  /** For `tls.createSecureContext`. */
  readonly contextOptions: CertificateContextOptions;

  constructor(name: string, leaf: X509Certificate, contextOptions: CertificateContextOptions) {
    this.name = name;
    this.leaf = leaf;
    this.contextOptions = contextOptions;
  }
}

const serverAuth = '1.3.6.1.5.5.7.3.1';
const anyUsage = '2.5.29.37.0';

/**
 * Loads a certificate, for `useHttps({ selectCertificate })` and for looking at it. Reads files synchronously: for the
 * start of a program, not for each connection.
 *
 * @throws TlsError, one of those that concern the start
 */
export const loadCertificate = (source: CertificateSource): TlsCertificate => {
  const material = readSource(source);
  const certificate = material.pfx === undefined ? fromPem(material) : fromPfx(material, material.pfx);
  checkUsage(certificate);
  return certificate;
};

/** RFC 5280 section 4.2.1.12: without the extension any use is good. As Kestrel `EnsureCertificateIsAllowedForServerAuth` */
const checkUsage = ({ leaf, name }: TlsCertificate): void => {
  // The type of Node has no undefined, which is what it gives for a certificate without the extension.
  const usages = leaf.keyUsage as string[] | undefined;
  if (usages === undefined || usages.includes(serverAuth) || usages.includes(anyUsage)) return;
  throw new TlsError('TLS_USAGE_INVALID', name);
};

const fromPem = ({ name, certificate, key, chain, password }: CertificateMaterial): TlsCertificate => {
  const given = certificate!;
  const certificates = given instanceof X509Certificate ? [given] : parseCertificates(given, name);
  const leaf = certificates[0]!;
  const privateKey = parsePrivateKey(key ?? keyBeside(given, name), password, name);
  if (!leaf.checkPrivateKey(privateKey)) throw new TlsError('TLS_KEY_MISMATCH', name);
  const all = [...certificates, ...chainOf(chain, name)];
  return new TlsCertificate(name, leaf, {
    cert: all.map(String).join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  });
};

/** One file may hold both. */
const keyBeside = (certificate: string | Uint8Array | X509Certificate, name: string): string | Uint8Array => {
  if (certificate instanceof X509Certificate || !holdsPrivateKey(certificate)) {
    throw new TlsError('TLS_KEY_MISSING', name);
  }
  return certificate;
};

const chainOf = (chain: CertificateMaterial['chain'], name: string): readonly X509Certificate[] => {
  if (chain === undefined) return [];
  return typeof chain === 'string' || chain instanceof Uint8Array
    ? parseCertificates(chain, `chain of ${name}`)
    : chain;
};

const fromPfx = ({ name, password }: CertificateMaterial, pfx: Uint8Array): TlsCertificate => {
  const contextOptions = { pfx: Buffer.from(pfx), ...(password === undefined ? {} : { passphrase: password }) };
  const leaf = leafOf(contextOptions, name);
  // OpenSSL forgets the certificate when a key comes that is another's.
  if (leaf === undefined) throw new TlsError('TLS_KEY_MISMATCH', name);
  return new TlsCertificate(name, leaf, contextOptions);
};

/** Node opens a PFX only into a context, whose certificate can be seen on a socket of it. */
const leafOf = (contextOptions: CertificateContextOptions, name: string): X509Certificate | undefined => {
  const unused = new Duplex({ read: () => undefined, write: () => undefined });
  try {
    const secureContext = createSecureContext({ ca: [], ...contextOptions });
    return new TLSSocket(unused, { isServer: true, secureContext }).getX509Certificate();
  } catch (cause) {
    throw new TlsError(pfxFailure(cause), name, { cause });
  } finally {
    unused.destroy();
  }
};

const pfxFailure = (cause: unknown): TlsErrorCode => {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (isWeakness(cause as NodeJS.ErrnoException)) return 'TLS_CERTIFICATE_WEAK';
  if (message === 'mac verify failure') return 'TLS_PASSWORD_WRONG';
  if (code === 'ERR_CRYPTO_UNSUPPORTED_OPERATION') return 'TLS_PFX_UNSUPPORTED';
  return code === 'ERR_CRYPTO_OPERATION_FAILED' ? 'TLS_PFX_INCOMPLETE' : 'TLS_PFX_INVALID';
};
