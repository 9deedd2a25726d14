import { HttpError } from '../errors.ts';
import { trimWhitespace } from '../field-list.ts';

/**
 * The decoder for the charset of a Content-Type field, UTF-8 by default. Invalid bytes become U+FFFD.
 *
 * @throws HttpError `HTTP_CHARSET_UNSUPPORTED`
 * Source: RFC 9110 section 8.3.2
 */
export const contentDecoder = (contentType: string | undefined): TextDecoder => {
  const charset = charsetOf(contentType);
  if (charset === undefined || isUtf8OrAscii(charset)) return utf8;
  try {
    return new TextDecoder(charset);
  } catch (cause) {
    throw new HttpError('HTTP_CHARSET_UNSUPPORTED', undefined, { cause });
  }
};

/**
 * Checks that content whose format is UTF-8 has no other charset: JSON (RFC 8259 section 8.1) and urlencoded forms.
 *
 * @throws HttpError `HTTP_CHARSET_UNSUPPORTED`
 */
export const checkUtf8 = (contentType: string | undefined): void => {
  const charset = charsetOf(contentType);
  if (charset !== undefined && !isUtf8OrAscii(charset)) throw new HttpError('HTTP_CHARSET_UNSUPPORTED');
};

/** The media type in lower case, without parameters; empty if there is none. */
export const mediaType = (contentType: string | undefined): string =>
  trimWhitespace((contentType ?? '').split(';', 1)[0]!).toLowerCase();

const utf8 = new TextDecoder();

/** ASCII is a subset of UTF-8, but `TextDecoder` would decode it as windows-1252. */
const isUtf8OrAscii = (charset: string): boolean => /^(?:utf-?8|us-ascii)$/i.test(charset);

/** The charset parameter. Splits at every `;`, even inside a quoted string of another parameter. */
const charsetOf = (contentType: string | undefined): string | undefined => {
  if (contentType === undefined) return undefined;
  for (const parameter of contentType.split(';').slice(1)) {
    const [name, value = ''] = parameter.split('=', 2);
    if (name!.trim().toLowerCase() === 'charset') return value.trim().replace(/^"([^"]*)"$/, '$1');
  }
  return undefined;
};
