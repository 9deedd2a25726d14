import type { HttpContext } from '@windhover/http';
import { ForwardedHeadersError } from './errors.ts';

/** What a proxy can say of a request: who sent it, by which scheme, to which host, and which prefix was taken off its path. */
export type ForwardedName = 'for' | 'proto' | 'host' | 'prefix';

/**
 * The reason why forwarded values of a request were ignored: the peer is not trusted, fields have different numbers of
 * entries, an element of `Forwarded` is malformed, or the value of a name is invalid.
 */
export type IgnoredReason = 'untrusted' | 'asymmetric' | 'syntax' | ForwardedName;

/** Options of `forwardedHeaders`. */
export interface ForwardedHeadersOptions {
  /**
   * Who is believed: addresses, networks (`10.0.0.0/8`), `loopback` (127.0.0.0/8 and ::1), `private` (10.0.0.0/8,
   * 172.16.0.0/12, 192.168.0.0/16 and fc00::/7), and the kinds of endpoints `unix`, `pipe` and `memory`. At least one.
   */
  readonly trustedProxies: readonly string[];
  /** How many proxies stand in front at most, 1 to 100: so many entries are read, from the right. */
  readonly forwardLimit: number;
  /** What is taken from the proxy. Each name that stands here is one that the proxy must set: others are the client's. */
  readonly headers: readonly ForwardedName[];
  /** Which fields the proxy sets: `X-Forwarded-For` and its like, or `Forwarded` (RFC 7239). */
  readonly standard: 'x-forwarded' | 'forwarded';
  /**
   * Hosts that are taken from the proxy, as in a Host field but without a port; `*.example.com` is all that is below a
   * domain, `*` every host. Needed for `host`.
   */
  readonly allowedHosts: readonly string[];
  /** Whether nothing is believed where the used fields have different numbers of entries, or an element lacks a name. */
  readonly requireHeaderSymmetry: boolean;
  /** Told what was not believed, e.g. to log it. The fields of the request are the peer's text: escape them. */
  readonly onIgnored: (context: HttpContext, reason: IgnoredReason) => void;
}

export const forwardedHeadersDefaults: ForwardedHeadersOptions = {
  trustedProxies: ['loopback'], // as ASP.NET Core KnownProxies and KnownIPNetworks
  forwardLimit: 1, // as ASP.NET Core ForwardLimit
  headers: ['for', 'proto'],
  standard: 'x-forwarded',
  allowedHosts: [],
  requireHeaderSymmetry: false, // as ASP.NET Core RequireHeaderSymmetry
  onIgnored: () => undefined,
};

const names: readonly string[] = ['for', 'proto', 'host', 'prefix'] satisfies ForwardedName[];
const standards: readonly string[] = ['x-forwarded', 'forwarded'] satisfies ForwardedHeadersOptions['standard'][];

/** @throws ForwardedHeadersError for options that cannot be meant, alone or together */
export const resolveForwardedHeadersOptions = (given?: Partial<ForwardedHeadersOptions>): ForwardedHeadersOptions => {
  const options = { ...forwardedHeadersDefaults, ...given };
  const { trustedProxies, forwardLimit, headers, standard, allowedHosts } = options;
  if (trustedProxies.length === 0) throw new ForwardedHeadersError('FORWARDED_HEADERS_NO_PROXIES');
  if (!standards.includes(standard)) throw new ForwardedHeadersError('FORWARDED_HEADERS_STANDARD_INVALID', standard);
  const areNames = headers.every((name) => names.includes(name)) && new Set(headers).size === headers.length;
  if (headers.length === 0 || !areNames) {
    throw new ForwardedHeadersError('FORWARDED_HEADERS_HEADERS_INVALID', headers);
  }
  if (standard === 'forwarded' && headers.includes('prefix')) {
    throw new ForwardedHeadersError('FORWARDED_HEADERS_PREFIX_NOT_STANDARD');
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
