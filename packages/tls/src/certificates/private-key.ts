import { Buffer } from 'node:buffer';
import { KeyObject, createPrivateKey } from 'node:crypto';
import { TlsError, type TlsErrorCode } from '../errors.ts';
import { pemText } from './pem.ts';

const encrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;
const anyKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;

/** Reads a key, or says what is wrong with it. */
const parse = (value: string | Uint8Array, password: string | undefined): KeyObject => {
  const pem = pemText(value);
  const passphrase = password === undefined ? {} : { passphrase: password };
  return pem === undefined
    ? createPrivateKey({ key: Buffer.from(value as Uint8Array), format: 'der', type: 'pkcs8', ...passphrase })
    : createPrivateKey({ key: pem, ...passphrase });
};

const failureOf = (value: string | Uint8Array, password: string | undefined): TlsErrorCode => {
  const pem = pemText(value);
  if (pem === undefined || !encrypted.test(pem)) return 'TLS_KEY_INVALID';
  return password === undefined ? 'TLS_PASSWORD_MISSING' : 'TLS_PASSWORD_WRONG';
};

/** Whether there is a private key in the text of a file. */
export const holdsPrivateKey = (value: string | Uint8Array): boolean => anyKey.test(pemText(value) ?? '');

/**
 * The private key, decrypted.
 *
 * @param name for the message
 * @throws TlsError `TLS_KEY_INVALID`, `TLS_PASSWORD_MISSING`, `TLS_PASSWORD_WRONG`
 */
export const parsePrivateKey = (
  value: string | Uint8Array | KeyObject,
  password: string | undefined,
  name: string,
): KeyObject => {
  if (value instanceof KeyObject) return value;
  try {
    return parse(value, password);
  } catch (cause) {
    throw new TlsError(failureOf(value, password), name, { cause });
  }
};
