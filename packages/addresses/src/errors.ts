/**
 * Every code of an `AddressError`, with its message: the problem, and what to write instead.
 *
 * The codes from `ADDRESS_SCHEME_UNSUPPORTED` on come from `bindingTarget`: the address is well formed, but no server
 * can or should listen on it.
 */
export const addressErrors = {
  ADDRESS_EMPTY: 'the address is empty; write an address such as http://localhost:5000',
  ADDRESS_BLANK: 'an address, and a path in it, must not begin or end with a blank',
  ADDRESS_CONTROL_CHARACTER: 'an address must not contain control characters, line breaks or unpaired surrogates',
  ADDRESS_SCHEME_MISSING: 'an address must begin with a scheme: http:// or https://',
  ADDRESS_SCHEME_INVALID:
    'a scheme must be a letter followed by letters, digits, "+", "-" and "."; write http:// or https://',
  ADDRESS_HOST_MISSING: 'a host must precede the port: localhost, an IP address, or * for every interface',
  ADDRESS_HOST_CHARACTER:
    'a host name must consist of ASCII letters, digits, "-", "_" and "."; * and + are complete hosts',
  ADDRESS_HOST_LABEL: 'the parts of a host name must not be empty, nor begin or end with "-"; remove a dot at the end',
  ADDRESS_HOST_TOO_LONG: 'a host name must have at most 253 characters, and at most 63 between two dots',
  ADDRESS_HOST_RESERVED:
    '"unix" and "pipe" are not host names; write unix:/path or pipe:/name, or * for every interface',
  ADDRESS_IPV4_INVALID: 'an IPv4 address must be four numbers from 0 to 255 without leading zeros, such as 127.0.0.1',
  ADDRESS_IPV6_INVALID: 'the text between the brackets must be an IPv6 address, such as [::1] or [fe80::1%eth0]',
  ADDRESS_IPV6_BRACKETS: 'an IPv6 address must be in brackets, with the port after them: [::1]:5000',
  ADDRESS_ZONE_INVALID: 'a zone after "%" must be the name or number of a network interface, not percent-encoded',
  ADDRESS_PORT_MISSING: 'the port after the colon is missing; remove the colon for the default port',
  ADDRESS_PORT_INVALID: 'a port must consist of digits, after one colon',
  ADDRESS_PORT_RANGE: 'a port must be a number from 0 to 65535; 0 asks for any free port',
  ADDRESS_PATH_MISSING: 'the name of the socket or pipe is missing: unix:/run/app.sock, unix:@name or pipe:/name',
  ADDRESS_PATH_RELATIVE:
    'a slash must follow the colon: unix:/run/app.sock or pipe:/name; an abstract socket is unix:@name',
  ADDRESS_PATH_TRAILING_SLASH: 'the name of a socket or pipe must not end with a slash',
  ADDRESS_PATH_TOO_LONG: 'a unix socket path must have at most 107 bytes in UTF-8, a pipe name at most 247 characters',
  ADDRESS_PATH_COLON: 'a colon ends the name of a socket or pipe; use a name without a colon, and no port',
  ADDRESS_SCHEME_UNSUPPORTED: 'a server can listen on http:// and https:// addresses only',
  ADDRESS_PATH_BASE: 'an address to listen on must not have a path; use the middleware pathBase of @windhover/http',
  ADDRESS_IPV4_MAPPED: 'an IPv4 address must not be in the notation of IPv6; write the IPv4 address',
  ADDRESS_ZONE_UNUSED: 'only link-local IPv6 addresses (fe80::/10) can have a zone; the system would ignore it',
  ADDRESS_NOT_UNICAST: 'no client can connect to a multicast or broadcast address; write the address of an interface',
} as const satisfies Record<`ADDRESS_${string}`, string>;

export type AddressErrorCode = keyof typeof addressErrors;

/** Details of a refused address. */
export interface AddressErrorDetails {
  /** The address at fault. */
  readonly address: string;
  /** Index into `address` of the first invalid character; its length if the end is missing. */
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

/** An address that cannot be used. `code` has the reason, and the message says what to write instead. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  readonly code: AddressErrorCode;
  /** The text that was parsed: one address or a list. From `bindingTarget`: the formatted address. */
  readonly text: string;
  /** Index into `text` of the first invalid character; the end of the address if something is missing there. */
  readonly position: number;
  /** An address to use instead of the invalid one, which can always be bound; `undefined` if there is no likely one. */
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
