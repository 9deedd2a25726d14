import { Buffer } from 'node:buffer';
import { createDecipheriv, getCiphers } from 'node:crypto';
import type { Asn1Value } from './asn1.ts';
import { DecryptionError } from './decryption-error.ts';
import { deriveByPkcs12, deriveKey, purposes } from './key-derivation.ts';

const pbes2 = '1.2.840.113549.1.5.13';
const sha1 = '1.3.14.3.2.26';

/** A cipher of Node.js in CBC mode. Sizes in bytes. */
interface Cipher {
  /** For messages. */
  readonly name: string;
  /** Name in Node.js. */
  readonly algorithm: string;
  readonly keySize: number;
  readonly blockSize: number;
}

const cipher = (name: string, algorithm: string, keySize: number, blockSize: number): Cipher => ({
  name,
  algorithm,
  keySize,
  blockSize,
});

/** RFC 8018 appendix B.2 */
const pbes2Ciphers: Readonly<Record<string, Cipher>> = {
  '2.16.840.1.101.3.4.1.2': cipher('AES-128', 'aes-128-cbc', 16, 16),
  '2.16.840.1.101.3.4.1.22': cipher('AES-192', 'aes-192-cbc', 24, 16),
  '2.16.840.1.101.3.4.1.42': cipher('AES-256', 'aes-256-cbc', 32, 16),
  '1.2.840.113549.3.7': cipher('3DES', 'des-ede3-cbc', 24, 8),
};

/** RFC 7292 appendix C. The OpenSSL of Node.js has no RC2; RC4 is not supported. */
const pkcs12Ciphers: Readonly<Record<string, Cipher>> = {
  '1.2.840.113549.1.12.1.1': cipher('RC4-128', '', 0, 0),
  '1.2.840.113549.1.12.1.2': cipher('RC4-40', '', 0, 0),
  '1.2.840.113549.1.12.1.3': cipher('3DES', 'des-ede3-cbc', 24, 8),
  '1.2.840.113549.1.12.1.4': cipher('3DES with two keys', 'des-ede-cbc', 16, 8),
  '1.2.840.113549.1.12.1.5': cipher('RC2-128', 'rc2-cbc', 16, 8),
  '1.2.840.113549.1.12.1.6': cipher('RC2-40', 'rc2-40-cbc', 5, 8),
};

/**
 * Encodings of a password for the PKCS #12 key derivation, the standard one first: UTF-16 with two zero bytes at the
 * end. An empty password may also be no bytes at all, and OpenSSL before 1.1 wrote each byte of the UTF-8 form as one
 * character.
 *
 * Source: RFC 7292 appendix B.1; OpenSSL `PKCS12_key_gen_utf8` and its manual, "passphrase-encoding"
 */
export const pkcs12Passwords = (password: string): readonly Buffer[] => {
  const proper = asBmpString(password);
  if (password === '') return [proper, Buffer.alloc(0)];
  const perByte = asBmpString(Buffer.from(password, 'utf8').toString('latin1'));
  return perByte.equals(proper) ? [proper] : [proper, perByte];
};

const asBmpString = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le').swap16();

/**
 * Decrypts data that a password protects.
 *
 * @param algorithm an AlgorithmIdentifier of PKCS #5 (PBES2) or PKCS #12
 * @param passwords encodings for PKCS #12, all of which are tried
 * @throws DecryptionError; Asn1Error
 * Source: RFC 8018 section 6.2, RFC 7292 appendix C
 */
export const decrypt = async (
  algorithm: Asn1Value,
  encrypted: Uint8Array,
  password: string,
  passwords: readonly Uint8Array[] = pkcs12Passwords(password),
): Promise<Buffer> => {
  const [identifier, parameters] = algorithm.fields(2);
  const name = identifier!.objectIdentifier;
  if (name === pbes2) return decryptPbes2(parameters!, encrypted, password);
  const chosen = available(pkcs12Ciphers[name], name);
  const [salt, rounds] = parameters!.fields(2);
  return firstThatFits(passwords, async (form) => {
    const derivation = { digest: sha1, password: form, salt: salt!.octets, rounds: rounds!.integer };
    const key = await deriveByPkcs12(derivation, purposes.key, chosen.keySize);
    const iv = await deriveByPkcs12(derivation, purposes.initializationVector, chosen.blockSize);
    return decipher(chosen, key, iv, encrypted);
  });
};

const decryptPbes2 = async (parameters: Asn1Value, encrypted: Uint8Array, password: string): Promise<Buffer> => {
  const [derivation, scheme] = parameters.fields(2);
  const [identifier, iv] = scheme!.fields(2);
  const name = identifier!.objectIdentifier;
  const chosen = available(pbes2Ciphers[name], name);
  const key = await deriveKey(derivation!, Buffer.from(password), chosen.keySize);
  return decipher(chosen, key, iv!.octets, encrypted);
};

const available = (found: Cipher | undefined, objectIdentifier: string): Cipher => {
  if (found !== undefined && getCiphers().includes(found.algorithm)) return found;
  throw new DecryptionError('unsupported', found?.name ?? `algorithm ${objectIdentifier}`);
};

/** Detects a wrong password by its padding in 255 of 256 cases. */
const decipher = ({ algorithm }: Cipher, key: Buffer, iv: Buffer, encrypted: Uint8Array): Buffer => {
  try {
    const stream = createDecipheriv(algorithm, key, iv);
    return Buffer.concat([stream.update(encrypted), stream.final()]);
  } catch (cause) {
    throw new DecryptionError('wrongPassword', undefined, { cause });
  }
};

const firstThatFits = async (
  forms: readonly Uint8Array[],
  attempt: (form: Uint8Array) => Promise<Buffer>,
): Promise<Buffer> => {
  const [form, ...others] = forms;
  try {
    return await attempt(form!);
  } catch (error) {
    const mayFit = others.length > 0 && error instanceof DecryptionError && error.failure === 'wrongPassword';
    if (!mayFit) throw error;
    return firstThatFits(others, attempt);
  }
};
