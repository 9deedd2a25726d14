import { Buffer } from 'node:buffer';
import { KeyObject, createPrivateKey } from 'node:crypto';
import { TlsError, type TlsErrorCode } from '../errors.ts';
import { type PemBlock, pemBlocks, pemText } from './pem.ts';
import { asn1Tags, readAsn1 } from './pkcs12/asn1.ts';
import { DecryptionError, type DecryptionFailure } from './pkcs12/decryption-error.ts';
import { decrypt } from './pkcs12/password-encryption.ts';

const keyLabel = /^(?:[A-Z0-9]+ )*PRIVATE KEY$/;
const encryptedLabel = 'ENCRYPTED PRIVATE KEY';
/** RFC 1421 section 4.6.1.1: format of encrypted keys of OpenSSL before 1.0, and of its option `-traditional`. */
const traditionallyEncrypted = /^Proc-Type: 4,ENCRYPTED/m;

const failures: Readonly<Record<DecryptionFailure, TlsErrorCode>> = {
  unsupported: 'TLS_KEY_UNSUPPORTED',
  tooSlow: 'TLS_KEY_DERIVATION_TOO_SLOW',
  wrongPassword: 'TLS_PASSWORD_WRONG',
};

const keyBlockOf = (pem: string): PemBlock | undefined => pemBlocks(pem).find(({ label }) => keyLabel.test(label));

/** Whether a file contains a private key in PEM. */
export const holdsPrivateKey = (value: string | Uint8Array, name: string): boolean =>
  keyBlockOf(pemText(value, name) ?? '') !== undefined;

/**
 * Parses and decrypts the first private key of a file.
 *
 * @param name for messages: the path of the key, or the option
 * @throws TlsError `TLS_KEY_INVALID`, `TLS_KEY_UNSUPPORTED`, `TLS_KEY_DERIVATION_TOO_SLOW`, `TLS_PASSWORD_MISSING`,
 *   `TLS_PASSWORD_WRONG`, `TLS_FILE_UTF16`
 */
export const parsePrivateKey = async (
  value: string | Uint8Array | KeyObject,
  password: string | undefined,
  name: string,
): Promise<KeyObject> => {
  if (value instanceof KeyObject) return value;
  const pem = pemText(value, name);
  if (pem === undefined) return parseDer(Buffer.from(value as Uint8Array), password, name);
  const block = keyBlockOf(pem);
  if (block === undefined) throw new TlsError('TLS_KEY_INVALID', name);
  if (block.label === encryptedLabel) return decryptKey(bytesOf(block), password, name);
  return parseBlock(block.text, password, name);
};

const bytesOf = ({ text }: PemBlock): Buffer => Buffer.from(text.split('-----')[2]!, 'base64');

const parseBlock = (text: string, password: string | undefined, name: string): KeyObject => {
  const isEncrypted = traditionallyEncrypted.test(text);
  if (isEncrypted && password === undefined) throw new TlsError('TLS_PASSWORD_MISSING', name);
  try {
    return createPrivateKey({ key: text, ...(isEncrypted && { passphrase: password }) });
  } catch (cause) {
    throw new TlsError(isEncrypted ? 'TLS_PASSWORD_WRONG' : 'TLS_KEY_INVALID', name, { cause });
  }
};

/** An encrypted PKCS #8 key begins with its algorithm, other keys with a version. */
const parseDer = async (der: Buffer, password: string | undefined, name: string): Promise<KeyObject> => {
  try {
    const [first] = readAsn1(der).fields(1);
    if (first!.tag !== asn1Tags.sequence) return pkcs8Key(der);
  } catch (cause) {
    throw new TlsError('TLS_KEY_INVALID', name, { cause });
  }
  return decryptKey(der, password, name);
};

const pkcs8Key = (key: Buffer): KeyObject => createPrivateKey({ key, format: 'der', type: 'pkcs8' });

/** Decrypts without OpenSSL, which would block the event loop during the key derivation. RFC 5958 section 3 */
const decryptKey = async (der: Buffer, password: string | undefined, name: string): Promise<KeyObject> => {
  if (password === undefined) throw new TlsError('TLS_PASSWORD_MISSING', name);
  try {
    const [algorithm, encrypted] = readAsn1(der).fields(2);
    return await readDecrypted(decrypt(algorithm!, encrypted!.octets, password));
  } catch (cause) {
    if (!(cause instanceof DecryptionError)) throw new TlsError('TLS_KEY_INVALID', name, { cause });
    throw new TlsError(failures[cause.failure], name, { cause, detail: cause.message });
  }
};

/** Bytes decrypted with a wrong password rarely have valid padding, and are then not a key. */
const readDecrypted = async (decrypted: Promise<Buffer>): Promise<KeyObject> => {
  const key = await decrypted;
  try {
    return pkcs8Key(key);
  } catch (cause) {
    throw new DecryptionError('wrongPassword', undefined, { cause });
  }
};
