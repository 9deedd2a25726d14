// The only file that loads the certificate library, which takes ten times as long as the rest of the package.
import 'reflect-metadata';
import { KeyObject, createHash, createPrivateKey, randomBytes, type webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { devCertsValidity } from './validity.ts';

const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** A certificate and its private key, as PEM. */
export interface IssuedIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/**
 * Makes an authority that can certify servers on this machine only. A thief of its key cannot use it for any other name
 * with clients that check name constraints, as OpenSSL, Node.js and Chromium do.
 *
 * @param now milliseconds since 1970
 */
export const issueAuthority = async (now: number): Promise<IssuedIdentity> => {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: `CN=Windhover development authority ${await shortIdOf(keys.publicKey)}`,
    ...lifetime(now, devCertsValidity.authority),
    keys,
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.Extension(nameConstraintsId, true, loopbackConstraints()),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return asPem(certificate, keys.privateKey);
};

/**
 * Makes a certificate for a server.
 *
 * @param names host names and IP addresses; the first one is the common name
 * @param now milliseconds since 1970
 */
export const issueCertificate = async (
  authority: IssuedIdentity,
  names: readonly string[],
  now: number,
): Promise<IssuedIdentity> => {
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: `CN=${names[0]}`,
    issuer: issuer.subjectName,
    ...lifetime(now, devCertsValidity.certificate),
    publicKey: keys.publicKey,
    signingKey: createPrivateKey(authority.keyPem).toCryptoKey(p256, false, ['sign']),
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return asPem(certificate, keys.privateKey);
};

const generateKeys = (): Promise<webcrypto.CryptoKeyPair> => crypto.subtle.generateKey(p256, true, ['sign', 'verify']);

/** 126 random bits, positive and of one length. Source: RFC 5280, section 4.1.2.2 */
const randomSerial = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
};

const lifetime = (now: number, length: number) => ({
  notBefore: new Date(now - devCertsValidity.backdating),
  notAfter: new Date(now + length),
});

/** Distinguishes authorities in the list of a trust store. */
const shortIdOf = async (publicKey: CryptoKey): Promise<string> => {
  const spki = await crypto.subtle.exportKey('spki', publicKey);
  return createHash('sha256').update(new Uint8Array(spki)).digest('hex').slice(0, 8).toUpperCase();
};

const asPem = (certificate: x509.X509Certificate, privateKey: CryptoKey): IssuedIdentity => ({
  certificatePem: `${certificate.toString('pem').trim()}\n`,
  keyPem: KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }),
});

/** Tags of DER in name constraints. Source: ITU-T X.690; RFC 5280, section 4.2.1.10 */
const sequence = 0x30;
const permittedSubtrees = 0xa0;
const dnsName = 0x82;
const ipAddress = 0x87;

const nameConstraintsId = '2.5.29.30';

/** Names that the authority may certify: `localhost` and all names below it, 127.0.0.0/8 and ::1. */
const loopbackConstraints = (): Uint8Array => {
  const ipv4 = Buffer.from([127, 0, 0, 0, 255, 0, 0, 0]);
  const ipv6 = Buffer.concat([Buffer.alloc(15), Buffer.from([1]), Buffer.alloc(16, 0xff)]);
  const bases = [der(dnsName, Buffer.from('localhost')), der(ipAddress, ipv4), der(ipAddress, ipv6)];
  return der(sequence, der(permittedSubtrees, ...bases.map((base) => der(sequence, base))));
};

/** One value of fewer than 128 bytes, whose length is one byte. */
const der = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
};
