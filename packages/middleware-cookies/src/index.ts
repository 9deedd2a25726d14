export { CookiesError, type CookiesErrorCode, cookiesErrors } from './errors.ts';
export { CookiesFeature, type RequestCookies, cookiesOf } from './cookies-feature.ts';
export { cookies } from './cookies.ts';
export {
  type CookieAttributes,
  type CookiesOptions,
  type ResolvedCookiesOptions,
  cookieAttributeDefaults,
  cookiesDefaults,
} from './options.ts';
