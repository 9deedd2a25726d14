import { candidateAddress, usualPort } from './candidate.ts';
import { bracketed, checkBracketed, checkHost } from './host.ts';
import { defaultPort, guessPort, readPort } from './port.ts';
import { Refusal } from './refusal.ts';

/** A host and port. */
export interface Authority {
  /** As typed, with brackets. */
  readonly host: string;
  /** The default port of the scheme if the text has none. */
  readonly port: number;
}

/**
 * Reads `host [ ":" port ]`.
 *
 * @param text the text between `://` and the next slash or the end
 * @param start index of that text in the address
 * @throws Refusal the codes that begin with `ADDRESS_HOST_`, `ADDRESS_IPV`, `ADDRESS_ZONE_INVALID`, `ADDRESS_PORT_`
 *
 * Source: RFC 3986, section 3.2, without user information.
 */
export const readAuthority = (text: string, scheme: string, start: number): Authority => {
  checkIPv6Brackets(text, scheme, start);
  const hostEnd = endOfHost(text);
  const host = text.slice(0, hostEnd);
  const portText = text.slice(hostEnd + 1);
  if (host === '') {
    throw new Refusal('ADDRESS_HOST_MISSING', start, localhostCandidate(scheme, portText));
  }
  const typedPort = hostEnd === text.length ? undefined : (guessPort(portText) ?? usualPort(scheme));
  const withHost = (other: string): string => candidateAddress(scheme, other, typedPort);
  if (host.startsWith('[')) checkBracketed(host.slice(1, -1), { start: start + 1, withHost });
  else checkHost(host, { start, withHost: digitsToPort(host, scheme, withHost) });
  if (hostEnd === text.length) return { host, port: defaultPort(scheme) };
  const withPort = (port = usualPort(scheme)): string => candidateAddress(scheme, host, port);
  if (text[hostEnd] !== ':') {
    throw new Refusal('ADDRESS_PORT_INVALID', start + hostEnd, withPort(guessPort(text.slice(hostEnd))));
  }
  return { host, port: readPort(portText, start + hostEnd + 1, withPort) };
};

/** The index after the host: after its bracket, or of the first colon. */
const endOfHost = (text: string): number => {
  const end = text.startsWith('[') ? text.indexOf(']') + 1 : text.indexOf(':');
  return end === -1 ? text.length : end;
};

/** Refuses an unclosed bracket, and an IPv6 address without brackets. */
const checkIPv6Brackets = (text: string, scheme: string, start: number): void => {
  const open = text.startsWith('[');
  if (open && text.includes(']')) return;
  const repaired = bracketed(open ? text.slice(1) : text);
  if (!open && repaired === undefined) return;
  throw new Refusal('ADDRESS_IPV6_BRACKETS', start, repaired && candidateAddress(scheme, repaired, undefined));
};

const localhostCandidate = (scheme: string, portText: string): string =>
  candidateAddress(scheme, 'localhost', guessPort(portText) ?? usualPort(scheme));

/** Suggests a port for `http://5000`, which has no host; other suggestions keep their port. */
const digitsToPort =
  (host: string, scheme: string, withHost: (host: string) => string) =>
  (other: string): string =>
    other === 'localhost' && guessPort(host) === Number(host) ? localhostCandidate(scheme, host) : withHost(other);
