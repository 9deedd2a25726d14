const table = (belongs: (character: string) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (belongs(String.fromCharCode(byte)) ? 1 : 0));

/**
 * Characters of a host name: reg-name (RFC 3986 3.2.2) without percent-encoding and `*+,;=`, as Kestrel reads a Host.
 */
const hostByte = table((character) => /[0-9A-Za-z\-._~!$&'()]/.test(character));

/** Characters between the brackets of an IPv6 address: hexadecimal digits, `:` and, for an IPv4 tail, `.`. */
const ipv6Byte = table((character) => /[0-9A-Fa-f:.]/.test(character));

const COLON = 0x3a;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Whether bytes `[start, end)` are a host with an optional port, or empty.
 *
 * Source: RFC 9110 section 7.2, RFC 3986 section 3.2; Kestrel refuses the same characters
 */
export const isHost = (bytes: Uint8Array, start: number, end: number): boolean => {
  let i = start;
  if (start < end && bytes[start] === 0x5b) {
    i = endOfIPv6(bytes, start + 1, end);
    if (i === -1) return false;
  } else {
    while (i < end && hostByte[bytes[i]!] === 1) i++;
  }
  if (i === end) return true;
  if (bytes[i] !== COLON || i === start) return false;
  for (i++; i < end; i++) if (bytes[i]! < ZERO || bytes[i]! > NINE) return false;
  return true;
};

/** IP-literal without IPvFuture, of which no version was ever defined. @returns the offset after the `]`, or -1 */
const endOfIPv6 = (bytes: Uint8Array, start: number, end: number): number => {
  let i = start;
  while (i < end && ipv6Byte[bytes[i]!] === 1) i++;
  return i < end && bytes[i] === 0x5d && isIPv6(bytes, start, i) ? i + 1 : -1;
};

/**
 * Eight groups of one to four digits. `::` replaces one or more groups, once; an IPv4 address replaces the last two.
 */
const isIPv6 = (bytes: Uint8Array, start: number, end: number): boolean => {
  let groups = 0;
  let isShortened = false;
  let i = start;
  while (i < end) {
    if (bytes[i] === COLON && bytes[i + 1] === COLON && i + 1 < end) {
      if (isShortened) return false;
      isShortened = true;
      i += 2;
      continue;
    }
    // One colon between two groups, none before the first.
    if (groups > 0 && bytes[i - 1] !== COLON && bytes[i++] !== COLON) return false;
    const from = i;
    while (i < end && bytes[i] !== COLON && bytes[i] !== DOT) i++;
    if (bytes[i] === DOT && i < end) return isIPv4(bytes, from, end) && fills(groups + 2, isShortened);
    if (i === from || i - from > 4) return false;
    groups++;
  }
  return fills(groups, isShortened);
};

const fills = (groups: number, isShortened: boolean): boolean => (isShortened ? groups < 8 : groups === 8);

/** Four numbers from 0 to 255 without leading zeros (RFC 3986 3.2.2: dec-octet). */
const isIPv4 = (bytes: Uint8Array, start: number, end: number): boolean => {
  let numbers = 0;
  let i = start;
  while (numbers < 4) {
    if (numbers > 0 && bytes[i++] !== DOT) return false;
    const from = i;
    let value = 0;
    while (i < end && i - from < 3 && bytes[i]! >= ZERO && bytes[i]! <= NINE) value = value * 10 + (bytes[i++]! - ZERO);
    if (i === from || value > 255 || (i - from > 1 && bytes[from] === ZERO)) return false;
    numbers++;
  }
  return i === end;
};
