import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpContext } from '@windhover/http';
import type { CookieAttributes } from './options.ts';

/**
 * The cookies of a request, and those that its response sets. A value that was set is seen by the next request.
 *
 * Names are tokens. All methods that set throw `CookiesError`: `COOKIES_NAME_INVALID`, `COOKIES_ATTRIBUTE_INVALID`,
 * `COOKIES_PREFIX`, `COOKIES_INSECURE`, `COOKIES_TOO_LARGE`; and `HttpError` `HTTP_RESPONSE_STARTED`.
 *
 * Source: ASP.NET Core `IRequestCookieCollection`, `IResponseCookies`
 */
export interface RequestCookies {
  /** Names of the cookies that the request has, the first `maxCookies` of them. */
  readonly names: readonly string[];
  /** The value that the request has; text of the client. Of several cookies with this name the first one. */
  get(name: string): string | undefined;
  /** Sets a cookie. `path`, `domain`, `secure` and the others are by default those of the middleware. */
  set(name: string, value: string, attributes?: CookieAttributes): void;
  /** Makes the browser drop a cookie. `path` and `domain` must be those with which it was set. */
  delete(name: string, attributes?: Pick<CookieAttributes, 'path' | 'domain' | 'partitioned'>): void;
  /**
   * The value of a signed cookie; `undefined` where the request has none, or none of the keys has signed it.
   *
   * @throws CookiesError `COOKIES_NO_KEYS`
   */
  getSigned(name: string): string | undefined;
  /**
   * Sets a cookie that the client can read and not change: its value is followed by an HMAC-SHA-256.
   *
   * @throws CookiesError `COOKIES_NO_KEYS`
   */
  setSigned(name: string, value: string, attributes?: CookieAttributes): void;
  /**
   * The value of an encrypted cookie; `undefined` where the request has none, or none of the keys has encrypted it.
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

/** The cookies of the request. Throws FeatureMissingError where `cookies` has not run. */
export const cookiesOf = ({ features }: HttpContext): RequestCookies => features.require(CookiesFeature);
