import { formatIPv6Groups, parseIPv6 } from './ipv6.ts';
import { maxPort } from './port.ts';

/**
 * The reason why a text is not an allowed host: it has a port, a `*` other than `*` or `*.` before a name, or it is not
 * a host.
 */
export type AllowedHostProblem = 'port' | 'wildcard' | 'host';

/**
 * A set of hosts as requests name them: `example.com`, `127.0.0.1`, `[::1]`, `*.example.com` for all names below a
 * domain and not the domain itself, `*` for every host. Case and ports are not compared, and IPv6 addresses are equal
 * in any notation. Names are ASCII, as in requests.
 *
 * Source: ASP.NET Core `HostString.MatchesAny`, where `[::]` and `0.0.0.0` match every host; RFC 9110 section 7.2
 */
export class AllowedHosts {
  /** Whether `*` is among the hosts. */
  readonly allowsAny: boolean;
  readonly #names = new Set<string>();
  /** Ends of names with their dot: `.example.com`. */
  readonly #suffixes: string[] = [];

  /** @param asError makes the error for a text that is not an allowed host */
  constructor(patterns: readonly string[], asError: (pattern: string, problem: AllowedHostProblem) => Error) {
    this.allowsAny = patterns.includes('*');
    for (const pattern of patterns) {
      if (pattern === '*') continue;
      const problem = problemOf(pattern);
      if (problem !== undefined) throw asError(pattern, problem);
      if (pattern.startsWith('*.')) this.#suffixes.push(pattern.slice(1).toLowerCase());
      else this.#names.add(hostName(pattern)!);
    }
  }

  /**
   * Whether a host is allowed.
   *
   * @param text value of a `Host` field, with or without a port. A text that is not a host is not allowed
   */
  allows(text: string): boolean {
    const name = hostName(text);
    if (name === undefined) return false;
    return this.allowsAny || this.#names.has(name) || this.#suffixes.some((suffix) => name.endsWith(suffix));
  }
}

/** Host and port; the parts are disjoint, so that the time is linear. */
const hostAndPort = /^(\[[^\]]*\]|[^[\]:]+)(?::(\d*))?$/;

/** Labels of letters, digits, hyphens and underscores, with one dot between them and at most one at the end. */
const domainName = /^(?:[a-z\d_-]{1,63}\.)*[a-z\d_-]{1,63}\.?$/;

/**
 * The host of a `Host` field value in the form in which hosts are compared: lower case, without port, an IPv6 address in its
 * shortest form.
 *
 * @returns `undefined` for a text that is not a host
 */
export const hostName = (text: string): string | undefined => {
  const [, host, port = ''] = hostAndPort.exec(text) ?? [];
  if (host === undefined || Number(port) > maxPort) return undefined;
  return host.startsWith('[') ? ipv6Literal(host) : asciiName(host);
};

const ipv6Literal = (text: string): string | undefined => {
  const address = parseIPv6(text.slice(1, -1));
  return 'groups' in address && address.zone === undefined ? `[${formatIPv6Groups(address.groups)}]` : undefined;
};

const asciiName = (text: string): string | undefined => {
  const name = text.toLowerCase();
  return domainName.test(name) ? name : undefined;
};

const problemOf = (pattern: string): AllowedHostProblem | undefined => {
  const isWildcard = pattern.startsWith('*.');
  const text = isWildcard ? pattern.slice(2) : pattern;
  if (text.includes('*')) return 'wildcard';
  const [, , port] = hostAndPort.exec(text) ?? [];
  if (port !== undefined) return 'port';
  const name = hostName(text);
  return name === undefined || (isWildcard && name.startsWith('[')) ? 'host' : undefined;
};
