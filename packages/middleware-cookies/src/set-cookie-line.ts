import { Buffer } from 'node:buffer';
import { isToken } from '@windhover/http';
import { type SetCookie, stringifySetCookie } from 'cookie';
import { CookiesError } from './errors.ts';
import type { CookieAttributes } from './options.ts';

/** Browsers drop cookies whose name and value together exceed this size in bytes (RFC 6265bis section 5.6). */
const maxNameAndValue = 4096;

/**
 * The value of a Set-Cookie field.
 *
 * @param isHttps whether the request was sent over https
 * @throws CookiesError `COOKIES_NAME_INVALID`, `COOKIES_ATTRIBUTE_INVALID`, `COOKIES_PREFIX`, `COOKIES_INSECURE`,
 *   `COOKIES_TOO_LARGE`
 */
export const setCookieLine = (name: string, value: string, attributes: CookieAttributes, isHttps: boolean): string => {
  if (!isToken(name)) throw new CookiesError('COOKIES_NAME_INVALID', JSON.stringify(name));
  const secure = isSecure(name, attributes, isHttps);
  checkPrefix(name, attributes, secure);
  if (!secure && (attributes.sameSite === 'none' || attributes.partitioned === true)) {
    throw new CookiesError('COOKIES_INSECURE', name);
  }
  const line = stringified({ ...attributes, secure, name, value });
  const end = line.indexOf(';');
  const size = Buffer.byteLength(end === -1 ? line : line.slice(0, end)) - 1;
  if (size > maxNameAndValue) throw new CookiesError('COOKIES_TOO_LARGE', `${name} has ${size} bytes`);
  return line;
};

const stringified = (cookie: SetCookie): string => {
  try {
    return stringifySetCookie(cookie);
  } catch (cause) {
    throw new CookiesError('COOKIES_ATTRIBUTE_INVALID', cookie.name, { cause });
  }
};

/** Browsers compare prefixes case-insensitively (RFC 6265bis section 5.6). */
const hasPrefix = (name: string, prefix: string): boolean => name.toLowerCase().startsWith(prefix);

/** `auto` means secure if browsers would drop the cookie otherwise. */
const isSecure = (name: string, { secure, sameSite, partitioned }: CookieAttributes, isHttps: boolean): boolean => {
  if (secure !== 'auto') return secure === true;
  const mustBe =
    hasPrefix(name, '__secure-') || hasPrefix(name, '__host-') || sameSite === 'none' || partitioned === true;
  return mustBe || isHttps;
};

/** Source: RFC 6265bis section 4.1.3 */
const checkPrefix = (name: string, { path, domain }: CookieAttributes, secure: boolean): void => {
  const isHost = hasPrefix(name, '__host-');
  if ((isHost || hasPrefix(name, '__secure-')) && !secure)
    throw new CookiesError('COOKIES_PREFIX', `${name} is not secure`);
  if (!isHost) return;
  if (path !== '/') throw new CookiesError('COOKIES_PREFIX', `${name} must have the path "/"`);
  if (domain !== undefined) throw new CookiesError('COOKIES_PREFIX', `${name} must not have a domain`);
};
