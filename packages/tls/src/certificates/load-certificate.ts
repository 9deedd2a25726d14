import { Buffer } from 'node:buffer';
import { type KeyObject, X509Certificate } from 'node:crypto';
import { type SecureContextOptions, createSecureContext } from 'node:tls';
import { TlsError, type TlsErrorCode } from '../errors.ts';
import { orderChain } from './certificate-chain.ts';
import { type CertificateMaterial, type CertificateSource, readSource } from './certificate-source.ts';
import { parseCertificates, pemText } from './pem.ts';
import { DecryptionError, type DecryptionFailure } from './pkcs12/decryption-error.ts';
import { type PfxContent, readPfx } from './pkcs12/pfx.ts';
import { holdsPrivateKey, parsePrivateKey } from './private-key.ts';
import { resolveSource } from './source-options.ts';

/** A loaded, usable certificate with its private key and chain. Created by `loadCertificate`. */
export class TlsCertificate {
  /** For messages: the path of the file, or the option. */
  readonly name: string;
  /** The certificate itself. */
  readonly leaf: X509Certificate;
  /** Certificates that are sent with it, without the root: each certifies the one before it. */
  readonly chain: readonly X509Certificate[];
  /** Certificate, chain and key in PEM, for `tls.createSecureContext`. */
  readonly contextOptions: Required<Pick<SecureContextOptions, 'cert' | 'key'>>;
  /** Remarks about the files, e.g. that a certificate does not belong to the chain. */
  readonly remarks: readonly string[];

  constructor(name: string, key: KeyObject, leaf: X509Certificate, given: readonly X509Certificate[]) {
    const { issuers, remarks } = orderChain(leaf, given);
    this.name = name;
    this.leaf = leaf;
    this.chain = issuers;
    this.remarks = remarks;
    this.contextOptions = {
      cert: [leaf, ...issuers].map(String).join('\n'),
      key: key.export({ type: 'pkcs8', format: 'pem' }),
    };
  }
}

const serverAuth = '1.3.6.1.5.5.7.3.1';
const anyUsage = '2.5.29.37.0';

/**
 * Loads a certificate, for `useHttps({ selectCertificate })`. Call it once for each certificate, not for each
 * connection.
 *
 * @throws TypeError for an unknown option, and for a value of a wrong type
 * @throws TlsError with a code that concerns the start
 */
export const loadCertificate = async (source: CertificateSource): Promise<TlsCertificate> =>
  readCertificate(resolveSource('loadCertificate', source));

/**
 * Loads a certificate from options that have been checked.
 *
 * @throws TlsError with a code that concerns the start
 */
export const readCertificate = async (source: CertificateSource): Promise<TlsCertificate> => {
  const material = await readSource(source);
  const certificate = await (material.pfx === undefined ? fromPem(material) : fromPfx(material, material.pfx));
  checkUsage(certificate);
  checkStrength(certificate);
  return certificate;
};

/**
 * Checks the extended key usage (RFC 5280 section 4.2.1.12): without the extension, any use is allowed. Same as Kestrel
 * `EnsureCertificateIsAllowedForServerAuth`.
 */
const checkUsage = ({ leaf, name }: TlsCertificate): void => {
  // Node.js returns undefined for a certificate without the extension, unlike its type.
  const usages = leaf.keyUsage as string[] | undefined;
  if (usages === undefined || usages.includes(serverAuth) || usages.includes(anyUsage)) return;
  throw new TlsError('TLS_USAGE_INVALID', name);
};

/** Errors of OpenSSL for keys and signatures below its security level, e.g. `ERR_SSL_EE_KEY_TOO_SMALL`. */
const weakness = /_(?:KEY_TOO_SMALL|KEY_TOO_WEAK|MD_TOO_WEAK)$|(?:key too small|key too weak|md too weak)/;

/** Whether OpenSSL refuses a certificate because of its key or its signature. */
export const isWeakness = ({ code, message }: NodeJS.ErrnoException): boolean =>
  weakness.test(code ?? '') || weakness.test(message);

/** Bits of an RSA key of security level 2 of OpenSSL, the default from Node.js 24 on. Node.js 22 accepts 1024. */
const minRsaBits = 2048;

const checkStrength = ({ contextOptions, leaf, name }: TlsCertificate): void => {
  const rsaBits = leaf.publicKey.asymmetricKeyDetails?.modulusLength ?? minRsaBits;
  if (rsaBits < minRsaBits) throw new TlsError('TLS_CERTIFICATE_WEAK', name);
  try {
    createSecureContext({ ca: [], ...contextOptions });
  } catch (cause) {
    const code = isWeakness(cause as NodeJS.ErrnoException) ? 'TLS_CERTIFICATE_WEAK' : 'TLS_CERTIFICATE_INVALID';
    throw new TlsError(code, name, { cause });
  }
};

const fromPem = async (material: CertificateMaterial): Promise<TlsCertificate> => {
  const { name, key, keyName, password, chain, chainName } = material;
  const given = material.certificate!;
  const certificates = given instanceof X509Certificate ? [given] : parseCertificates(given, name);
  const privateKey =
    key === undefined
      ? await parsePrivateKey(keyBeside(given, name), password, name)
      : await parsePrivateKey(key, password, keyName);
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(privateKey));
  if (leaf === undefined) throw new TlsError('TLS_KEY_MISMATCH', name);
  return new TlsCertificate(name, privateKey, leaf, [...certificates, ...chainOf(chain, chainName)]);
};

/** The key, if certificate and key are in one file. */
const keyBeside = (certificate: string | Uint8Array | X509Certificate, name: string): string | Uint8Array => {
  if (certificate instanceof X509Certificate || !holdsPrivateKey(certificate, name)) {
    throw new TlsError('TLS_KEY_MISSING', name);
  }
  return certificate;
};

const chainOf = (chain: CertificateMaterial['chain'], name: string): readonly X509Certificate[] => {
  if (chain === undefined) return [];
  return typeof chain === 'string' || chain instanceof Uint8Array ? parseCertificates(chain, name) : chain;
};

const fromPfx = async ({ name, password }: CertificateMaterial, pfx: Uint8Array): Promise<TlsCertificate> => {
  const { keys, certificates } = await openPfx(pfx, password, name);
  if (keys.length === 0 || certificates.length === 0) throw new TlsError('TLS_PFX_INCOMPLETE', name);
  for (const key of keys) {
    const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key));
    if (leaf !== undefined) return new TlsCertificate(name, key, leaf, certificates);
  }
  throw new TlsError('TLS_KEY_MISMATCH', name);
};

const failures: Readonly<Record<DecryptionFailure, TlsErrorCode>> = {
  unsupported: 'TLS_PFX_UNSUPPORTED',
  tooSlow: 'TLS_KEY_DERIVATION_TOO_SLOW',
  wrongPassword: 'TLS_PASSWORD_WRONG',
};

const openPfx = async (pfx: Uint8Array, password: string | undefined, name: string): Promise<PfxContent> => {
  if (pemText(pfx, name) !== undefined) throw new TlsError('TLS_PFX_INVALID', name, { detail: pemGiven });
  try {
    return await readPfx(Buffer.from(pfx), password ?? '');
  } catch (cause) {
    if (!(cause instanceof DecryptionError)) throw new TlsError('TLS_PFX_INVALID', name, { cause });
    throw new TlsError(failures[cause.failure], name, { cause, detail: cause.message });
  }
};

const pemGiven = 'it is PEM: give it as `certificate` and `key`';
