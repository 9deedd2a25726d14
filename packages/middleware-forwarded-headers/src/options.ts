import { type HttpContext, resolveOptions } from '@windhover/http';
import { ForwardedHeadersError } from './errors.ts';

/** A value that proxies forward: the client's endpoint, the scheme, the host, and the prefix removed from the path. */
export type ForwardedName = 'for' | 'proto' | 'host' | 'prefix';

/**
 * The reason why forwarded values of a request were ignored: the peer is not trusted, fields have different numbers of
 * entries, an element of `Forwarded` is malformed, or the value of a name is invalid.
 */
export type IgnoredReason = 'untrusted' | 'asymmetric' | 'syntax' | ForwardedName;

/** Options of `forwardedHeaders`. */
export interface ResolvedForwardedHeadersOptions {
  /**
   * Peers whose fields are used: addresses, networks (`10.0.0.0/8`), `loopback` (127.0.0.0/8 and ::1), `private`
   * (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and fc00::/7), and the kinds of endpoints `unix`, `pipe` and `memory`.
   * At least one.
   */
  readonly trustedProxies: readonly string[];
  /** Maximum number of proxies in front of the server, 1 to 100. As many entries are read, from the right. */
  readonly forwardLimit: number;
  /** The values that are used. The proxy must set the field of each name, or clients could set it. */
  readonly headers: readonly ForwardedName[];
  /** The fields that the proxy sets: `X-Forwarded-For` and related fields, or `Forwarded` (RFC 7239). */
  readonly format: 'x-forwarded' | 'forwarded';
  /**
   * Hosts that are accepted from the proxy, without ports; `*.example.com` for all names below a domain, `*` for every host.
   * Required for `host`.
   */
  readonly allowedHosts: readonly string[];
  /** Whether all values are ignored if the used fields have different numbers of entries, or an element lacks a name. */
  readonly requireHeaderSymmetry: boolean;
  /**
   * Called when forwarded values are ignored, e.g. to log it; not awaited. Escape the fields of the request, which contain text from
   * the peer.
   */
  readonly onIgnored: (context: HttpContext, reason: IgnoredReason) => void | Promise<void>;
}

/** The options as the caller passes them: all are optional. See `ResolvedForwardedHeadersOptions` for their meaning. */
export type ForwardedHeadersOptions = Partial<ResolvedForwardedHeadersOptions>;

export const forwardedHeadersDefaults: ResolvedForwardedHeadersOptions = {
  trustedProxies: ['loopback'], // same as ASP.NET Core KnownProxies and KnownIPNetworks
  forwardLimit: 1, // same as ASP.NET Core ForwardLimit
  headers: ['for', 'proto'],
  format: 'x-forwarded',
  allowedHosts: [],
  requireHeaderSymmetry: false, // same as ASP.NET Core RequireHeaderSymmetry
  onIgnored: () => undefined,
};

const names: readonly string[] = ['for', 'proto', 'host', 'prefix'] satisfies ForwardedName[];
const formats: readonly string[] = ['x-forwarded', 'forwarded'] satisfies ResolvedForwardedHeadersOptions['format'][];

/** @throws ForwardedHeadersError for options that are invalid, alone or together */
export const resolveForwardedHeadersOptions = (given?: ForwardedHeadersOptions): ResolvedForwardedHeadersOptions => {
  const options = resolveOptions('forwardedHeaders', forwardedHeadersDefaults, given);
  const { trustedProxies, forwardLimit, headers, format, allowedHosts } = options;
  if (trustedProxies.length === 0) throw new ForwardedHeadersError('FORWARDED_HEADERS_NO_PROXIES');
  if (!formats.includes(format)) throw new ForwardedHeadersError('FORWARDED_HEADERS_FORMAT_INVALID', format);
  const areNames = headers.every((name) => names.includes(name)) && new Set(headers).size === headers.length;
  if (headers.length === 0 || !areNames) {
    throw new ForwardedHeadersError('FORWARDED_HEADERS_HEADERS_INVALID', headers);
  }
  if (format === 'forwarded' && headers.includes('prefix')) {
    throw new ForwardedHeadersError('FORWARDED_HEADERS_PREFIX_UNSUPPORTED');
  }
  if (!(Number.isInteger(forwardLimit) && forwardLimit >= 1 && forwardLimit <= 100)) {
    throw new ForwardedHeadersError('FORWARDED_HEADERS_LIMIT_INVALID', forwardLimit);
  }
  if (forwardLimit > 1 && !headers.includes('for')) {
    throw new ForwardedHeadersError('FORWARDED_HEADERS_LIMIT_WITHOUT_FOR');
  }
  if (headers.includes('host') && allowedHosts.length === 0) {
    throw new ForwardedHeadersError('FORWARDED_HEADERS_NO_HOSTS');
  }
  return options;
};
