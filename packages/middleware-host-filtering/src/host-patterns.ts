import { domainToASCII } from 'node:url';
import { HostFilteringError } from './errors.ts';
import { ipv6Literal } from './host-name.ts';

/** What `allowedHosts` comes to. */
export interface HostPatterns {
  /** `*` is among them. */
  readonly isAnyAllowed: boolean;
  /** In the form of `hostName`. */
  readonly names: ReadonlySet<string>;
  /** Ends of names that are allowed whatever stands in front, with their dot: `.example.com`. */
  readonly suffixes: readonly string[];
}

/**
 * Reads allowed hosts. `[::]` and `0.0.0.0` are addresses like others here; in ASP.NET Core they stand for every host.
 *
 * @throws HostFilteringError `HOST_FILTERING_PORT`, `HOST_FILTERING_WILDCARD`, `HOST_FILTERING_HOST_INVALID`
 */
export const readHostPatterns = (allowedHosts: readonly string[]): HostPatterns => {
  const names = new Set<string>();
  const suffixes: string[] = [];
  for (const pattern of allowedHosts) {
    if (pattern === '*') continue;
    if (pattern.startsWith('*.')) suffixes.push(`.${readName(pattern.slice(2), pattern)}`);
    else names.add(readName(pattern, pattern));
  }
  return { isAnyAllowed: allowedHosts.includes('*'), names, suffixes };
};

export const isHostAllowed = (host: string, { isAnyAllowed, names, suffixes }: HostPatterns): boolean =>
  isAnyAllowed ||
  names.has(host) ||
  suffixes.some((suffix) => host.length > suffix.length && host.endsWith(suffix) && !host.startsWith('.'));

/** Letters, digits, hyphens and underscores in labels, one dot between them and perhaps one at the end. */
const domainName = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/;

/** @param pattern what the name is a part of, for the message */
const readName = (text: string, pattern: string): string => {
  if (text.includes('*')) throw new HostFilteringError('HOST_FILTERING_WILDCARD', pattern);
  if (/^(?:[^:/]+|\[.*\]):\d*$/.test(text)) throw new HostFilteringError('HOST_FILTERING_PORT', pattern);
  const isPlain = /^[\w.-]+$/.test(text);
  const name = text.startsWith('[') ? ipv6Literal(text) : isPlain ? text.toLowerCase() : domainOf(text);
  if (name.startsWith('[') ? text === pattern : domainName.test(name)) return name;
  throw new HostFilteringError('HOST_FILTERING_HOST_INVALID', pattern);
};

/** A name in other scripts as it stands in a Host field (RFC 5890: A-labels); empty for what is no name. */
const domainOf = (text: string): string => (/[\0-\x7f]/.test(text.replace(/[\w.-]/g, '')) ? '' : domainToASCII(text));
