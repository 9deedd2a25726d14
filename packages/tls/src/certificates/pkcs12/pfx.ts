import { Buffer } from 'node:buffer';
import { type KeyObject, X509Certificate, createHmac, createPrivateKey, timingSafeEqual } from 'node:crypto';
import { type Asn1Value, asn1Tags, contextTag, readAsn1 } from './asn1.ts';
import { DecryptionError } from './decryption-error.ts';
import { deriveByPkcs12, deriveKey, digestNamed, hmacNamed, purposes } from './key-derivation.ts';
import { decrypt, pkcs12Passwords } from './password-encryption.ts';

/** Content of a PFX file, in its order. */
export interface PfxContent {
  readonly keys: readonly KeyObject[];
  readonly certificates: readonly X509Certificate[];
}

/** Object identifiers of RFC 7292 section 4 and appendix D, and of RFC 5652. */
const data = '1.2.840.113549.1.7.1';
const encryptedData = '1.2.840.113549.1.7.6';
const keyBag = '1.2.840.113549.1.12.10.1.1';
const shroudedKeyBag = '1.2.840.113549.1.12.10.1.2';
const certificateBag = '1.2.840.113549.1.12.10.1.3';
const nestedBags = '1.2.840.113549.1.12.10.1.6';
const x509Certificate = '1.2.840.113549.1.9.22.1';
const pbmac1 = '1.2.840.113549.1.5.14';

/**
 * Reads keys and certificates of a PFX (PKCS #12) file and checks its MAC, if it has one. Node.js can only read such
 * files into a TLS context, which then trusts every authority in them.
 *
 * @throws DecryptionError; Asn1Error or another error if the bytes are not a PFX file
 * Source: RFC 7292 section 4, RFC 9579
 */
export const readPfx = async (bytes: Uint8Array, password: string): Promise<PfxContent> => {
  const [, content, mac] = readAsn1(bytes).fields(2);
  const authenticated = dataOf(content!);
  const form = mac === undefined ? undefined : await passwordThatFits(mac, authenticated, password);
  const reader = new SafeReader(password, form);
  for (const part of readAsn1(authenticated).fields(0)) await reader.readPart(part);
  return reader;
};

/** The octets of an unencrypted ContentInfo. */
const dataOf = (contentInfo: Asn1Value): Buffer => {
  const [type, content] = contentInfo.fields(2);
  if (type!.objectIdentifier !== data) throw new DecryptionError('unsupported', `content ${type!.objectIdentifier}`);
  return content!.expect(contextTag(0)).only.octets;
};

/** @returns the encoding of the password for which the MAC is correct */
const passwordThatFits = async (mac: Asn1Value, authenticated: Buffer, password: string): Promise<Buffer> => {
  const [digestInfo, salt, rounds] = mac.fields(2);
  const [algorithm, expected] = digestInfo!.fields(2);
  const [identifier, parameters] = algorithm!.fields(1);
  const name = identifier!.objectIdentifier;
  for (const form of pkcs12Passwords(password)) {
    const computed =
      name === pbmac1
        ? await macByPbmac1(parameters!, authenticated, password, expected!.octets.length)
        : await macByPkcs12(name, salt!.octets, rounds?.integer ?? 1, authenticated, form);
    if (computed.length === expected!.octets.length && timingSafeEqual(computed, expected!.octets)) return form;
  }
  throw new DecryptionError('wrongPassword');
};

/** RFC 7292 section 4 and appendix B.4 */
const macByPkcs12 = async (
  digest: string,
  salt: Buffer,
  rounds: number,
  authenticated: Buffer,
  password: Buffer,
): Promise<Buffer> => {
  const name = digestNamed(digest);
  const size = createHmac(name, '').digest().length;
  const key = await deriveByPkcs12({ digest, password, salt, rounds }, purposes.mac, size);
  return createHmac(name, key).update(authenticated).digest();
};

/** RFC 9579 section 4. The key has the size of the MAC unless its derivation specifies another size. */
const macByPbmac1 = async (
  parameters: Asn1Value,
  authenticated: Buffer,
  password: string,
  size: number,
): Promise<Buffer> => {
  const [derivation, scheme] = parameters.fields(2);
  const [, , keySize] = derivation!.fields(2)[1]!.fields(2);
  const isGiven = keySize?.tag === asn1Tags.integer;
  const key = await deriveKey(derivation!, Buffer.from(password), isGiven ? keySize.integer : size);
  return createHmac(hmacNamed(scheme!.fields(1)[0]!.objectIdentifier), key)
    .update(authenticated)
    .digest();
};

/** Collects keys and certificates of all parts. */
class SafeReader implements PfxContent {
  readonly keys: KeyObject[] = [];
  readonly certificates: X509Certificate[] = [];
  readonly #password: string;
  readonly #passwords: readonly Buffer[];
  readonly #isPasswordKnown: boolean;

  /** @param form encoding of the password, if the MAC has verified it */
  constructor(password: string, form: Buffer | undefined) {
    this.#password = password;
    this.#passwords = form === undefined ? pkcs12Passwords(password) : [form];
    this.#isPasswordKnown = form !== undefined;
  }

  async readPart(contentInfo: Asn1Value): Promise<void> {
    const [type, content] = contentInfo.fields(2);
    if (type!.objectIdentifier !== encryptedData) return this.#readBags(readAsn1(dataOf(contentInfo)));
    const [, encrypted] = content!.expect(contextTag(0)).only.fields(2);
    const [, algorithm, octets] = encrypted!.fields(3);
    await this.#readDecrypted(algorithm!, octets!.octets, (bags) => this.#readBags(bags));
  }

  async #readBags(bags: Asn1Value): Promise<void> {
    for (const bag of bags.fields(0)) {
      const [type, value] = bag.fields(2);
      await this.#readBag(type!.objectIdentifier, value!.expect(contextTag(0)).only);
    }
  }

  async #readBag(type: string, value: Asn1Value): Promise<void> {
    if (type === nestedBags) return this.#readBags(value);
    if (type === certificateBag) return this.#readCertificate(value);
    if (type === keyBag) return this.#readKey(value);
    if (type !== shroudedKeyBag) return;
    const [algorithm, octets] = value.fields(2);
    await this.#readDecrypted(algorithm!, octets!.octets, (key) => this.#readKey(key));
  }

  #readCertificate(value: Asn1Value): void {
    const [type, certificate] = value.fields(2);
    if (type!.objectIdentifier !== x509Certificate) return;
    this.certificates.push(new X509Certificate(certificate!.expect(contextTag(0)).only.octets));
  }

  #readKey({ encoding }: Asn1Value): void {
    this.keys.push(createPrivateKey({ key: encoding, format: 'der', type: 'pkcs8' }));
  }

  /** Bytes decrypted with a wrong password rarely have valid padding, and are then not ASN.1. */
  async #readDecrypted(
    algorithm: Asn1Value,
    encrypted: Buffer,
    read: (value: Asn1Value) => void | Promise<void>,
  ): Promise<void> {
    const decrypted = await decrypt(algorithm, encrypted, this.#password, this.#passwords);
    try {
      await read(readAsn1(decrypted));
    } catch (cause) {
      if (this.#isPasswordKnown || cause instanceof DecryptionError) throw cause;
      throw new DecryptionError('wrongPassword', undefined, { cause });
    }
  }
}
