/** RFC 3986 `dec-octet`: no leading zeros, because some parsers read them as octal. */
const decOctet = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

/**
 * The four numbers of a strict dotted quad; `undefined` for anything else, also for `127.1`, `0x7f.0.0.1`,
 * `127.0.0.01` and `127.0.0.1.`, which other parsers accept.
 *
 * Source: RFC 3986, section 3.2.2, `IPv4address`.
 */
export const parseIPv4 = (text: string): number[] | undefined => {
  const octets = text.split('.', 5);
  return octets.length === 4 && octets.every((octet) => decOctet.test(octet)) ? octets.map(Number) : undefined;
};

/** A part of a host name that parsers such as `inet_aton` read as a decimal or hexadecimal number. */
const number = /^(?:\d+|0[xX][\da-fA-F]*)$/;

/**
 * Whether a host is, or was meant to be, an IPv4 address: its last part is a number, or all but one of four are. Such
 * a host must be a dotted quad; as a name it would make the server listen on every interface.
 *
 * Source: WHATWG URL, "ends in a number checker"; the second half catches `127.0.0.l`.
 */
export const looksLikeIPv4 = (host: string): boolean => {
  const parts = host.replace(/\.$/, '').split('.');
  const numbers = parts.filter((part) => number.test(part)).length;
  return number.test(parts.at(-1)!) || (parts.length === 4 && numbers === 3);
};

/**
 * The dotted quad that a host was probably meant to be: leading zeros and a dot at the end are removed, `127.1` becomes
 * `127.0.0.1`. `undefined` if the result is not a dotted quad.
 */
export const repairIPv4 = (host: string): string | undefined => {
  const parts = host.replace(/\.$/, '').split('.', 5);
  if (parts.length === 1) return undefined;
  const zeros = Array.from({ length: Math.max(0, 4 - parts.length) }, () => '0');
  const quad = parts.toSpliced(-1, 0, ...zeros).map((part) => part.replace(/^0+(?=\d)/, ''));
  const text = quad.join('.');
  return parseIPv4(text) === undefined ? undefined : text;
};

/** Addresses that no client can connect to: 224.0.0.0/4 is multicast (RFC 5771), 255.255.255.255 broadcast (RFC 919). */
export const isIPv4Unicast = (octets: readonly number[]): boolean =>
  !((octets[0]! >= 224 && octets[0]! <= 239) || octets.every((octet) => octet === 255));
