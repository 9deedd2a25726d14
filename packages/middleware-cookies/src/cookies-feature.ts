import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpContext } from '@windhover/http';
import type { CookieAttributes } from './options.ts';

/**
 * The cookies of a request, and the cookies that its response sets. A value that was set appears in the next request.
 *
 * Names are tokens. All methods that set a cookie throw `CookiesError`: `COOKIES_NAME_INVALID`,
 * `COOKIES_VALUE_INVALID`, `COOKIES_ATTRIBUTE_INVALID`, `COOKIES_PREFIX`, `COOKIES_INSECURE`, `COOKIES_TOO_LARGE`; and `HttpError`
 * `HTTP_RESPONSE_STARTED`.
 *
 * Source: ASP.NET Core `IRequestCookieCollection`, `IResponseCookies`
 */
export interface RequestCookies {
  /** Names of the cookies in the request, at most `maxCookies`. */
  readonly names: readonly string[];
  /** The value in the request, which is text from the client; the first one if several cookies have this name. */
  get(name: string): string | undefined;
  /** Sets a cookie. Attributes default to those of the middleware. */
  set(name: string, value: string, attributes?: CookieAttributes): void;
  /** Makes the browser delete a cookie. `path` and `domain` must be the same as when it was set. */
  delete(name: string, attributes?: Pick<CookieAttributes, 'path' | 'domain' | 'partitioned'>): void;
  /**
   * The value of a signed cookie; `undefined` if the request has none, or no key has signed it.
   *
   * @throws CookiesError `COOKIES_NO_KEYS`
   */
  getSigned(name: string): string | undefined;
  /**
   * Sets a cookie that the client can read but not change: an HMAC-SHA-256 follows its value.
   *
   * @throws CookiesError `COOKIES_NO_KEYS`
   */
  setSigned(name: string, value: string, attributes?: CookieAttributes): void;
  /**
   * The value of an encrypted cookie; `undefined` if the request has none, or no key has encrypted it.
   *
   * @throws CookiesError `COOKIES_NO_KEYS`
   */
  getEncrypted(name: string): string | undefined;
  /**
   * Sets a cookie that the client can neither read nor change: AES-256-GCM.
   *
   * @throws CookiesError `COOKIES_NO_KEYS`
   */
  setEncrypted(name: string, value: string, attributes?: CookieAttributes): void;
}

/** The cookies of the request. Set by `cookies`. */
export const CookiesFeature: FeatureKey<RequestCookies> = featureKey('cookies');

/** The cookies of the request. Throws FeatureMissingError if `cookies` has not run. */
export const cookiesOf = ({ features }: HttpContext): RequestCookies => features.require(CookiesFeature);
