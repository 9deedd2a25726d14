/**
 * The character classes of RFC 9110 and RFC 9112, as tables with one entry per byte: 1 if the byte belongs to the
 * class. A lookup takes about a nanosecond, and nothing is decoded before it is validated.
 */

const table = (belongs: (byte: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (belongs(byte) ? 1 : 0));

const among = (characters: string) => (byte: number) => characters.includes(String.fromCharCode(byte));
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isAlpha = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
const isVisible = (byte: number): boolean => byte >= 0x21 && byte <= 0x7e;

/** tchar (RFC 9110 5.6.2) */
export const tokenByte = table((byte) => isDigit(byte) || isAlpha(byte) || among("!#$%&'*+-.^_`|~")(byte));

/**
 * Characters of a field value: VCHAR, obs-text, SP, HTAB (RFC 9110 5.5). No other control characters: the RFC allows
 * recipients to keep some, but CR, LF and NUL are dangerous, so all are refused.
 */
export const fieldValueByte = table((byte) => isVisible(byte) || byte >= 0x80 || byte === 0x20 || byte === 0x09);

/**
 * Characters of a request target: visible ASCII without `#`, because a fragment is never sent (RFC 9112 3.2). RFC 3986
 * excludes more (`"<>\^`{|}`), but browsers send them in queries, so they are passed on unchanged.
 */
export const targetByte = table((byte) => isVisible(byte) && byte !== 0x23);

/** Characters of a request target that do not begin an escape: `targetByte` without `%`. */
export const literalTargetByte = table((byte) => targetByte[byte] === 1 && byte !== 0x25);

/** Characters of a chunk extension, without its CRLF (RFC 9112 7.1.1): field value characters, quoted or not. */
export const chunkExtensionByte = fieldValueByte;

/** Value of a hexadecimal digit, 255 for every other byte. */
export const hexValue: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? 255 : value;
});

/** Only `0`: leading zeros of a chunk size. */
export const zeroByte = table((byte) => byte === 0x30);

/** The empty class: every following byte completes or invalidates the line. */
export const noByte = table(() => false);

export const CR = 0x0d;
export const LF = 0x0a;
export const SP = 0x20;
export const HTAB = 0x09;
export const COLON = 0x3a;
export const COMMA = 0x2c;
export const SEMICOLON = 0x3b;
export const SLASH = 0x2f;
export const ASTERISK = 0x2a;
export const ZERO = 0x30;
export const NINE = 0x39;

/** A token for `spells`. @param text of lower-case letters, digits and hyphens */
export const token = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/**
 * Whether bytes `[start, end)` spell the token, ignoring case. The bytes must be from a checked field name or value:
 * without control characters, the bit for the case of a letter changes no byte into a digit or a hyphen.
 */
export const spells = (bytes: Uint8Array, start: number, end: number, expected: Uint8Array): boolean => {
  if (end - start !== expected.length) return false;
  for (let i = 0; i < expected.length; i++) if ((bytes[start + i]! | 0x20) !== expected[i]) return false;
  return true;
};
