import { Buffer } from 'node:buffer';
import { isToken, shownValue } from '@windhover/http';
import { type SetCookie, stringifySetCookie } from 'cookie';
import { checkValue } from './cookie-value.ts';
import { CookiesError } from './errors.ts';
import type { CookieAttributes } from './options.ts';

/** Browsers drop cookies whose name and value together exceed this size in bytes (RFC 6265bis section 5.6). */
const maxNameAndValue = 4096;

/**
 * The value of a Set-Cookie field.
 *
 * @param isHttps whether the request was sent over https
 * @throws CookiesError `COOKIES_NAME_INVALID`, `COOKIES_VALUE_INVALID`, `COOKIES_ATTRIBUTE_INVALID`, `COOKIES_PREFIX`,
 *   `COOKIES_INSECURE`, `COOKIES_TOO_LARGE`
 */
export const setCookieLine = (name: string, value: string, attributes: CookieAttributes, isHttps: boolean): string => {
  if (!isToken(name)) throw new CookiesError('COOKIES_NAME_INVALID', JSON.stringify(name));
  checkValue(name, value);
  checkNames(name, attributes);
  checkFlags(name, attributes);
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
    throw new CookiesError('COOKIES_ATTRIBUTE_INVALID', invalidAttribute(cookie), { cause });
  }
};

/** The allowed values of the attributes that the package `cookie` checks. */
const allowedValues = {
  path: 'text of visible ASCII characters without ";"',
  domain: 'a host name such as "example.com"',
  maxAge: 'an integer of seconds',
  expires: 'a valid Date from the year 1601 to 9999',
  sameSite: '"strict", "lax" or "none"',
  priority: '"low", "medium" or "high"',
} as const satisfies Partial<Record<keyof CookieAttributes, string>>;

/** Finds the attribute that was refused: the one that is refused alone. */
const invalidAttribute = (cookie: SetCookie): string => {
  for (const [attribute, allowed] of Object.entries(allowedValues)) {
    const value = cookie[attribute as keyof typeof allowedValues];
    try {
      stringifySetCookie({ name: 'a', value: '', [attribute]: value });
    } catch {
      return `${attribute} of ${cookie.name} must be ${allowed}; received ${shownValue(value)}`;
    }
  }
  return cookie.name;
};

const attributeNames: Readonly<Record<keyof CookieAttributes, true>> = {
  path: true,
  domain: true,
  maxAge: true,
  expires: true,
  httpOnly: true,
  secure: true,
  sameSite: true,
  partitioned: true,
  priority: true,
};

/** A name of another library, e.g. `signed`, must not be ignored: the cookie would be less safe than it looks. */
const checkNames = (name: string, attributes: CookieAttributes): void => {
  for (const attribute in attributes) {
    if (Object.hasOwn(attributeNames, attribute)) continue;
    const names = Object.keys(attributeNames).join(', ');
    throw new CookiesError('COOKIES_ATTRIBUTE_INVALID', `${name} has "${attribute}"; the attributes are ${names}`);
  }
};

/** Truthy text for a flag is a mistake, e.g. `secure: 'always'`, which must not make a cookie less safe. */
const checkFlags = (name: string, { secure, httpOnly, partitioned }: CookieAttributes): void => {
  const flags = { secure: secure === 'auto' ? true : secure, httpOnly, partitioned };
  for (const [flag, value] of Object.entries<unknown>(flags)) {
    if (value === undefined || typeof value === 'boolean') continue;
    const allowed = flag === 'secure' ? 'true, false or "auto"' : 'true or false';
    throw new CookiesError(
      'COOKIES_ATTRIBUTE_INVALID',
      `${flag} of ${name} must be ${allowed}; received ${shownValue(value)}`,
    );
  }
};

/** Browsers compare prefixes case-insensitively (RFC 6265bis section 5.6). */
const hasPrefix = (name: string, prefix: string): boolean => name.toLowerCase().startsWith(prefix);

const hasSecurePrefix = (name: string): boolean =>
  ['__secure-', '__host-', '__http-'].some((prefix) => hasPrefix(name, prefix));

/** `auto` means secure if browsers would drop the cookie otherwise. */
const isSecure = (name: string, { secure, sameSite, partitioned }: CookieAttributes, isHttps: boolean): boolean => {
  if (secure !== 'auto') return secure === true;
  return hasSecurePrefix(name) || sameSite === 'none' || partitioned === true || isHttps;
};

/** Source: RFC 6265bis section 4.1.3 */
const checkPrefix = (name: string, { path, domain, httpOnly }: CookieAttributes, secure: boolean): void => {
  if (hasSecurePrefix(name) && !secure) throw new CookiesError('COOKIES_PREFIX', `${name} is not secure`);
  if ((hasPrefix(name, '__http-') || hasPrefix(name, '__host-http-')) && httpOnly !== true) {
    throw new CookiesError('COOKIES_PREFIX', `${name} is not httpOnly`);
  }
  if (!hasPrefix(name, '__host-')) return;
  if (path !== '/') throw new CookiesError('COOKIES_PREFIX', `${name} must have the path "/"`);
  if (domain !== undefined) throw new CookiesError('COOKIES_PREFIX', `${name} must not have a domain`);
};
