import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { checkValue } from './cookie-value.ts';
import { CookiesError } from './errors.ts';

interface Key {
  readonly signing: Uint8Array;
  readonly encryption: Uint8Array;
}

const ivLength = 12;
const tagLength = 16;

/**
 * Protects values with the first of its keys, and accepts values protected by any of them. Each key is split into two,
 * one for each purpose, so that a signed value is never accepted as an encrypted one. The name of the cookie is
 * protected as well: the value of one cookie is not valid for another.
 */
export class KeyRing {
  readonly #keys: readonly Key[];

  /** @throws CookiesError `COOKIES_KEY_INVALID` */
  constructor(secrets: readonly (string | Uint8Array)[]) {
    if (secrets.length > 16) throw new CookiesError('COOKIES_KEY_INVALID', `received ${secrets.length} keys`);
    this.#keys = secrets.map(keyBytes).map((secret) => ({
      signing: derived(secret, 'windhover cookie signing'),
      encryption: derived(secret, 'windhover cookie encryption'),
    }));
  }

  /** Returns the value with its HMAC-SHA-256. @throws CookiesError `COOKIES_NO_KEYS` */
  sign(name: string, value: string): string {
    checkValue(name, value);
    return `${value}.${signature(this.#first, name, value)}`;
  }

  /**
   * Returns the value without its signature; `undefined` if no key has signed it.
   *
   * @throws CookiesError `COOKIES_NO_KEYS`
   */
  verify(name: string, signed: string): string | undefined {
    const keys = this.#all;
    const dot = signed.lastIndexOf('.');
    if (dot === -1) return undefined;
    const value = signed.slice(0, dot);
    // Compared as text: decoding would ignore characters outside base64url, and bits of the last character.
    const received = Buffer.from(signed.slice(dot + 1));
    const isValid = keys.some((key) => {
      const expected = Buffer.from(signature(key, name, value));
      return received.length === expected.length && timingSafeEqual(received, expected);
    });
    return isValid ? value : undefined;
  }

  /** Returns the value encrypted with AES-256-GCM. @throws CookiesError `COOKIES_NO_KEYS`, `COOKIES_VALUE_INVALID` */
  encrypt(name: string, value: string): string {
    checkValue(name, value);
    const iv = randomBytes(ivLength);
    const cipher = createCipheriv('aes-256-gcm', this.#first.encryption, iv).setAAD(Buffer.from(name));
    const content = Buffer.concat([iv, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return content.toString('base64url');
  }

  /** The decrypted value; `undefined` if no key has encrypted it. @throws CookiesError `COOKIES_NO_KEYS` */
  decrypt(name: string, encrypted: string): string | undefined {
    const keys = this.#all;
    const bytes = Buffer.from(encrypted, 'base64url');
    // Accepts only the canonical text: decoding ignores characters outside base64url, and bits of the last character.
    if (bytes.length < ivLength + tagLength || bytes.toString('base64url') !== encrypted) return undefined;
    for (const key of keys) {
      const value = decrypted(key, name, bytes);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  get #all(): readonly Key[] {
    if (this.#keys.length === 0) throw new CookiesError('COOKIES_NO_KEYS');
    return this.#keys;
  }

  get #first(): Key {
    return this.#all[0]!;
  }
}

const keyBytes = (key: string | Uint8Array): Uint8Array => {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : key;
  // An environment variable that does not exist.
  if (!((bytes as unknown) instanceof Uint8Array)) {
    throw new CookiesError('COOKIES_KEY_INVALID', `received a value of the type ${typeof bytes}`);
  }
  if (bytes.length < 32) throw new CookiesError('COOKIES_KEY_INVALID', `received ${bytes.length} bytes`);
  return bytes;
};

const derived = (secret: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));

/** A name has no `=`, so the split between name and value is unambiguous. */
const signature = (key: Key, name: string, value: string): string =>
  createHmac('sha256', key.signing).update(`${name}=${value}`).digest('base64url');

const decrypted = (key: Key, name: string, bytes: Buffer): string | undefined => {
  const decipher = createDecipheriv('aes-256-gcm', key.encryption, bytes.subarray(0, ivLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(-tagLength));
  try {
    return decipher.update(bytes.subarray(ivLength, -tagLength), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    // Another key, another name, or a modified value.
    return undefined;
  }
};
