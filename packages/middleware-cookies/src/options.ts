import { resolveOptions, withDefaults } from '@windhover/http';
import { CookiesError } from './errors.ts';

/** Options of `cookies`. */
export interface ResolvedCookiesOptions {
  /**
   * Secrets for signed and encrypted cookies, each at least 32 random bytes, as bytes or text. The first one protects
   * new cookies; cookies protected by any of them are accepted. To rotate, add a new secret at the front, and remove
   * the last one when its cookies have expired. At most 16.
   */
  readonly keys: readonly (string | Uint8Array)[];
  /** Attributes of every cookie, overriding the defaults. */
  readonly attributes: CookieAttributes;
  /** Maximum number of cookies read from a request; further ones are ignored. */
  readonly maxCookies: number;
}

/**
 * Attributes of a cookie.
 *
 * Source: RFC 6265 section 4.1.2; ASP.NET Core `CookieOptions`
 */
export interface CookieAttributes {
  /** Default `/`. */
  readonly path?: string;
  /** Domain whose subdomains also receive the cookie. Default: only the host of the request. */
  readonly domain?: string;
  /**
   * Seconds until browsers delete the cookie, as in RFC 6265; Express counts milliseconds. Default: the end of the browser
   * session.
   */
  readonly maxAge?: number;
  /** Time at which browsers delete the cookie; `maxAge` overrides it. */
  readonly expires?: Date;
  /** Whether scripts cannot read the cookie. Default true. */
  readonly httpOnly?: boolean;
  /** Whether browsers send the cookie only over https; `auto`: if the request was sent over https. Default `auto`. */
  readonly secure?: boolean | 'auto';
  /** Whether requests caused by other sites include the cookie. Default `lax`: only when the user follows a link. */
  readonly sameSite?: 'strict' | 'lax' | 'none';
  /** Whether the cookie is stored separately for each site that embeds this one. Default false. */
  readonly partitioned?: boolean;
  /** Order in which browsers drop cookies if there are too many. Default: not sent. */
  readonly priority?: 'low' | 'medium' | 'high';
}

/** The options as the caller passes them: all are optional. See `ResolvedCookiesOptions` for their meaning. */
export type CookiesOptions = Partial<ResolvedCookiesOptions>;

export const cookieAttributeDefaults = {
  path: '/', // as ASP.NET Core CookieOptions
  httpOnly: true,
  secure: 'auto', // as ASP.NET Core CookieSecurePolicy.SameAsRequest
  sameSite: 'lax',
} as const satisfies CookieAttributes;

export const cookiesDefaults: ResolvedCookiesOptions = {
  keys: [],
  attributes: {},
  maxCookies: 180, // as browsers keep for one site
};

/** @throws CookiesError `COOKIES_LIMIT_INVALID` */
export const resolveCookiesOptions = (given: CookiesOptions): ResolvedCookiesOptions => {
  const options = resolveOptions('cookies', cookiesDefaults, given, { kinds: { keys: 'array', attributes: 'object' } });
  const { attributes, maxCookies } = options;
  if (!Number.isSafeInteger(maxCookies) || maxCookies < 1) {
    throw new CookiesError('COOKIES_LIMIT_INVALID', `received ${maxCookies}`);
  }
  return { ...options, attributes: withDefaults(cookieAttributeDefaults, attributes) };
};
