import { resolveOptions } from '@windhover/http';
import { HttpsRedirectionError } from './errors.ts';

/**
 * Options of `httpsRedirection`.
 *
 * Source: ASP.NET Core `HttpsRedirectionOptions`
 */
export interface ResolvedHttpsRedirectionOptions {
  /** 307 and 308 preserve method and content; clients cache 308 and 301. */
  readonly statusCode: 301 | 302 | 307 | 308;
  /** Port for https as seen by clients. Default: the port of the first https address of the server. */
  readonly port: number | undefined;
  /**
   * Called once, when a request cannot be redirected because the server has no https address and `port` is not set.
   * Such requests reach the application. Default: a process warning.
   */
  readonly onPortUnknown: (message: string) => void | Promise<void>;
}

/** The options as the caller passes them: all are optional. See `ResolvedHttpsRedirectionOptions` for their meaning. */
export type HttpsRedirectionOptions = Partial<ResolvedHttpsRedirectionOptions>;

export const httpsRedirectionDefaults: ResolvedHttpsRedirectionOptions = {
  statusCode: 307, // as ASP.NET Core RedirectStatusCode
  port: undefined, // as ASP.NET Core HttpsPort
  onPortUnknown: (message) => process.emitWarning(message, { code: 'HTTPS_REDIRECTION_PORT_UNKNOWN' }),
};

/**
 * Options of `hsts`.
 *
 * Source: ASP.NET Core `HstsOptions`; RFC 6797 section 6.1
 */
export interface ResolvedHstsOptions {
  /** Seconds for which browsers use only https; 0 removes the entry. */
  readonly maxAge: number;
  /** Whether the rule also applies to all names below the host. */
  readonly includeSubDomains: boolean;
  /** Whether browsers may include the host in their preload lists, which is hard to undo. */
  readonly preload: boolean;
  /** Host names, without port, whose responses do not have the field. IPv6 addresses are in brackets. */
  readonly excludedHosts: readonly string[];
}

/** The options as the caller passes them: all are optional. See `ResolvedHstsOptions` for their meaning. */
export type HstsOptions = Partial<ResolvedHstsOptions>;

export const hstsDefaults: ResolvedHstsOptions = {
  maxAge: 30 * 24 * 60 * 60, // seconds; as ASP.NET Core MaxAge
  includeSubDomains: false, // as ASP.NET Core IncludeSubDomains
  preload: false, // as ASP.NET Core Preload
  excludedHosts: ['localhost', '127.0.0.1', '[::1]'], // as ASP.NET Core ExcludedHosts
};

/** @throws HttpsRedirectionError `HTTPS_REDIRECTION_STATUS_INVALID`, `HTTPS_REDIRECTION_PORT_INVALID` */
export const resolveHttpsRedirectionOptions = (given: HttpsRedirectionOptions): ResolvedHttpsRedirectionOptions => {
  const options = resolveOptions('httpsRedirection', httpsRedirectionDefaults, given);
  const { statusCode, port } = options;
  if (![301, 302, 307, 308].includes(statusCode)) {
    throw new HttpsRedirectionError('HTTPS_REDIRECTION_STATUS_INVALID', statusCode);
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw new HttpsRedirectionError('HTTPS_REDIRECTION_PORT_INVALID', port);
  }
  return options;
};

/** @throws HttpsRedirectionError `HTTPS_REDIRECTION_HSTS_MAX_AGE_INVALID` */
export const resolveHstsOptions = (given: HstsOptions): ResolvedHstsOptions => {
  const options = resolveOptions('hsts', hstsDefaults, given);
  if (!Number.isSafeInteger(options.maxAge) || options.maxAge < 0) {
    throw new HttpsRedirectionError('HTTPS_REDIRECTION_HSTS_MAX_AGE_INVALID', options.maxAge);
  }
  return options;
};
