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

/** @param pattern what the name is a part of, for the message */
const readName = (text: string, pattern: string): string => {
  if (text.includes('*')) throw new HostFilteringError('HOST_FILTERING_WILDCARD', pattern);
  if (/^(?:[^:/]+|\[.*\]):\d*$/.test(text)) throw new HostFilteringError('HOST_FILTERING_PORT', pattern);
  const name = text.startsWith('[') && text === pattern ? ipv6Literal(text) : domainName(text);
  if (name === '') throw new HostFilteringError('HOST_FILTERING_HOST_INVALID', pattern);
  return name;
};

/** Letters, digits, hyphens and underscores in labels, one dot between them and perhaps one at the end. */
const labels = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/;

/** A name as it stands in a Host field, with A-labels for other scripts (RFC 5890); empty for what is no name. */
const domainName = (text: string): string => {
  const name = /^[\w.-]*$/.test(text) ? text.toLowerCase() : otherScript.test(text) ? domainToASCII(text) : '';
  return labels.test(name) ? name : '';
};

/** Of ASCII nothing but what a name may have: `domainToASCII` would take much else. */
const otherScript = /^[\w.\x80-\u{10ffff}-]*$/u;
