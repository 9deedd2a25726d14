export { HttpsRedirectionError, type HttpsRedirectionErrorCode, httpsRedirectionErrors } from './errors.ts';
export { hsts } from './hsts.ts';
export { httpsRedirection } from './https-redirection.ts';
export {
  type HstsOptions,
  type HttpsRedirectionOptions,
  type ResolvedHstsOptions,
  type ResolvedHttpsRedirectionOptions,
  hstsDefaults,
  httpsRedirectionDefaults,
} from './options.ts';
