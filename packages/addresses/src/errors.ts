/**
 * Every code of an `AddressError`, with the sentence of its message: what is wrong, and what to write instead.
 *
 * The codes from `ADDRESS_SCHEME_UNSUPPORTED` on come from `bindingTarget`: the address is well formed, but no server
 * could or should listen on it.
 */
export const addressErrors = {
  ADDRESS_EMPTY: 'there is no address; write one such as http://localhost:5000',
  ADDRESS_BLANK: 'no blank goes at either end of an address, or at the end of a path in it',
  ADDRESS_CONTROL_CHARACTER: 'an address holds no control characters, line breaks or unpaired surrogates',
  ADDRESS_SCHEME_MISSING: 'an address begins with a scheme: http:// or https://',
  ADDRESS_SCHEME_INVALID:
    'a scheme is a letter followed by letters, digits, "+", "-" and "."; write http:// or https://',
  ADDRESS_HOST_MISSING: 'a host goes before the port: localhost, an IP address, or * for every interface',
  ADDRESS_HOST_CHARACTER: 'a host name has only ASCII letters, digits, "-", "_" and "."; * and + stand alone',
  ADDRESS_HOST_LABEL:
    'the parts of a host name are not empty and neither begin nor end with "-"; no dot goes at the end',
  ADDRESS_HOST_TOO_LONG: 'a host name has at most 253 characters, and at most 63 between two dots',
  ADDRESS_HOST_RESERVED:
    '"unix" and "pipe" are no host names; write unix:/path or pipe:/name, or * for every interface',
  ADDRESS_IPV4_INVALID: 'an IPv4 address is four numbers from 0 to 255 without leading zeros, such as 127.0.0.1',
  ADDRESS_IPV6_INVALID: 'this is no IPv6 address; between brackets goes one such as [::1] or [fe80::1%eth0]',
  ADDRESS_IPV6_BRACKETS: 'an IPv6 address stands between brackets, the port after them: [::1]:5000',
  ADDRESS_ZONE_INVALID: 'a zone after "%" is the name or number of a network interface, not percent-encoded',
  ADDRESS_PORT_MISSING: 'digits go after the colon; leave the colon out for the default port',
  ADDRESS_PORT_INVALID: 'a port is written in digits only, after one colon',
  ADDRESS_PORT_RANGE: 'a port is a number from 0 to 65535; 0 asks for any free one',
  ADDRESS_PATH_MISSING: 'the socket needs a name: unix:/run/app.sock, unix:@name or pipe:/name',
  ADDRESS_PATH_RELATIVE:
    'a slash goes after the colon: unix:/run/app.sock or pipe:/name; abstract sockets are unix:@name',
  ADDRESS_PATH_TRAILING_SLASH: 'the name of a socket or pipe does not end with a slash',
  ADDRESS_PATH_TOO_LONG: 'a unix socket path has at most 107 bytes in UTF-8, a pipe name at most 247 characters',
  ADDRESS_PATH_COLON: 'a colon ends the name of a socket or pipe; choose a name without one, and no port',
  ADDRESS_SCHEME_UNSUPPORTED: 'a server listens on http:// and https:// addresses only',
  ADDRESS_PATH_BASE: 'an address to listen on has no path; use the path base middleware instead',
  ADDRESS_IPV4_MAPPED: 'this is an IPv4 address in the notation of IPv6; write the IPv4 address',
  ADDRESS_ZONE_UNUSED: 'only link-local IPv6 addresses (fe80::/10) have a zone; elsewhere the system would ignore it',
  ADDRESS_NOT_UNICAST: 'no client can connect to a multicast or broadcast address; write the address of an interface',
} as const satisfies Record<`ADDRESS_${string}`, string>;

export type AddressErrorCode = keyof typeof addressErrors;

/** Details of a refused address. */
export interface AddressErrorDetails {
  /** The address at fault. */
  readonly address: string;
  /** Index into `address` of the first character at fault; its length where something is missing at the end. */
  readonly position: number;
  /** An address to use instead, if there is a likely one. */
  readonly suggestion?: string | undefined;
  /** The whole text that `address` was typed in; default `address` itself. */
  readonly text?: string | undefined;
  /** Index of `address` in `text`; default 0. */
  readonly offset?: number | undefined;
}

/** The part of a long address that a message shows. */
const shownLength = 120;

/** Quotes typed text so that it cannot break a log line. */
const quoted = (address: string): string => {
  const shown = address.length > shownLength ? `${address.slice(0, shownLength)}…` : address;
  return JSON.stringify(shown).replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
};

/** An address that cannot be used. `code` says why, the message what to do. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  readonly code: AddressErrorCode;
  /** What was typed: the one address, or the list that it is in. From `bindingTarget`: the address formatted. */
  readonly text: string;
  /** Index into `text` of the first character at fault; the end of the address where something is missing there. */
  readonly position: number;
  /** One address to use instead of the one at fault; `undefined` where none is likely. It always can be bound. */
  readonly suggestion: string | undefined;

  constructor(code: AddressErrorCode, details: AddressErrorDetails) {
    const { address, suggestion, text = address, offset = 0 } = details;
    const position = offset + details.position;
    const advice = suggestion === undefined ? '' : `. Try ${suggestion}`;
    super(`Cannot use the address ${quoted(address)}, position ${position}: ${addressErrors[code]}${advice}`);
    this.code = code;
    this.text = text;
    this.position = position;
    this.suggestion = suggestion;
  }
}
