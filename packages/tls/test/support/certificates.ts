// oxlint-disable-next-line import/no-unassigned-import -- the library below needs it, and says so when it is not there
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const algorithms = {
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: Uint8Array.of(1, 0, 1),
    modulusLength: 2048,
  },
  /** A key below the security level of OpenSSL. */
  weak: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: Uint8Array.of(1, 0, 1),
    modulusLength: 1024,
  },
} as const;

const usages = {
  server: x509.ExtendedKeyUsage.serverAuth,
  client: x509.ExtendedKeyUsage.clientAuth,
  any: '2.5.29.37.0',
} as const;

const day = 24 * 60 * 60 * 1000;

/** Properties of a test certificate. */
export interface CertificateWishes {
  /** Subject alternative names: DNS names and IP addresses; none for no extension. Default localhost and the loopback addresses. */
  readonly names?: readonly string[];
  /** Default the first name. */
  readonly commonName?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Extended key usage; `undefined` for no extension. */
  readonly usage?: keyof typeof usages | undefined;
  readonly key?: keyof typeof algorithms;
}

/** In PEM. */
export interface KeyAndCertificate {
  readonly certificate: string;
  /** PKCS #8, not encrypted. */
  readonly key: string;
}

const toPem = async (key: webcrypto.CryptoKey): Promise<string> => {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return x509.PemConverter.encode(der, x509.PemConverter.PrivateKeyTag);
};

const newKeys = async (key: keyof typeof algorithms): Promise<webcrypto.CryptoKeyPair> =>
  await webcrypto.subtle.generateKey(algorithms[key], true, ['sign', 'verify']);

let serial = 0;

const alternativeNames = (names: readonly string[]): x509.Extension[] => {
  const general = names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
  return general.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(general)];
};

/** Issues certificates for tests. Its keys live in this process only. */
export class CertificateAuthority {
  /** Its own certificate in PEM, which a client must trust. */
  readonly certificate: string;
  readonly #certificate: x509.X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.certificate = certificate.toString('pem');
    this.#certificate = certificate;
    this.#keys = keys;
  }

  static async create(commonName = 'Windhover test authority'): Promise<CertificateAuthority> {
    const keys = await newKeys('ec');
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: `${++serial}`.padStart(4, '0'),
      name: `CN=${commonName}`,
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + 30 * day),
      signingAlgorithm: algorithms.ec,
      keys,
      extensions: await CertificateAuthority.#authorityExtensions(keys.publicKey),
    });
    return new CertificateAuthority(certificate, keys);
  }

  static async #authorityExtensions(publicKey: webcrypto.CryptoKey): Promise<x509.Extension[]> {
    return [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ];
  }

  /** Another authority whose certificate this one has signed; a server has to send it along. */
  async issueAuthority(commonName = 'Windhover test intermediate'): Promise<CertificateAuthority> {
    const keys = await newKeys('ec');
    const extensions = await CertificateAuthority.#authorityExtensions(keys.publicKey);
    return new CertificateAuthority(await this.#sign(commonName, keys.publicKey, extensions, {}), keys);
  }

  /** Its own certificate, which is self-signed or of another authority, with its key. */
  async identity(): Promise<KeyAndCertificate> {
    return { certificate: this.certificate, key: await toPem(this.#keys.privateKey) };
  }

  /** Certifies the name and key of another authority, so that clients that know only this one trust both. In PEM. */
  async certify(other: CertificateAuthority): Promise<string> {
    const extensions = await CertificateAuthority.#authorityExtensions(other.#keys.publicKey);
    const name = other.#certificate.subject.slice('CN='.length);
    return (await this.#sign(name, other.#keys.publicKey, extensions, {})).toString('pem');
  }

  async issue(wishes: CertificateWishes = {}): Promise<KeyAndCertificate> {
    const { names = ['localhost', '127.0.0.1', '::1'], key = 'ec', usage = 'server' } = wishes;
    const keys = await newKeys(key);
    const extensions = [
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...alternativeNames(names),
      ...('usage' in wishes && wishes.usage === undefined ? [] : [new x509.ExtendedKeyUsageExtension([usages[usage]])]),
    ];
    const certificate = await this.#sign(wishes.commonName ?? names[0] ?? 'test', keys.publicKey, extensions, wishes);
    return { certificate: certificate.toString('pem'), key: await toPem(keys.privateKey) };
  }

  async #sign(
    commonName: string,
    publicKey: webcrypto.CryptoKey,
    extensions: x509.Extension[],
    { notBefore = new Date(Date.now() - day), notAfter = new Date(Date.now() + 30 * day) }: CertificateWishes,
  ): Promise<x509.X509Certificate> {
    return x509.X509CertificateGenerator.create({
      serialNumber: `${++serial}`.padStart(4, '0'),
      subject: `CN=${commonName}`,
      issuer: this.#certificate.subject,
      notBefore,
      notAfter,
      signingAlgorithm: algorithms.ec,
      publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [...extensions, await x509.AuthorityKeyIdentifierExtension.create(this.#keys.publicKey)],
    });
  }
}
