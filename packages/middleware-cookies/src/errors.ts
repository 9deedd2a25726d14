/** Every code of a `CookiesError`, with the beginning of its message. */
export const cookiesErrors = {
  COOKIES_NO_KEYS: 'signed and encrypted cookies need keys; pass cookies({ keys: [secret] })',
  COOKIES_KEY_INVALID: 'a key must be a random secret of at least 32 bytes, and there must be at most 16 keys',
  COOKIES_LIMIT_INVALID: 'maxCookies must be an integer of at least 1',
  COOKIES_NAME_INVALID: 'a cookie name must be a token',
  COOKIES_VALUE_INVALID: 'a cookie value must be a string without lone surrogates',
  COOKIES_ATTRIBUTE_INVALID: 'an attribute of a cookie is invalid',
  COOKIES_PREFIX: 'the attributes break the rules of the name prefix, so browsers would drop the cookie',
  COOKIES_INSECURE: 'a cookie with sameSite "none" or partitioned must be secure, or browsers drop it',
  COOKIES_TOO_LARGE: 'name and value must have at most 4096 bytes together, or browsers drop the cookie',
} as const satisfies Record<`COOKIES_${string}`, string>;

export type CookiesErrorCode = keyof typeof cookiesErrors;

/** Invalid options of `cookies`, or a cookie that browsers would drop. Branch on `code`. */
export class CookiesError extends Error {
  override readonly name = 'CookiesError';
  readonly code: CookiesErrorCode;

  constructor(code: CookiesErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? cookiesErrors[code] : `${cookiesErrors[code]}: ${detail}`, options);
    this.code = code;
  }
}
