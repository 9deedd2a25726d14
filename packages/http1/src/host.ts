import { Http1Error } from './errors.ts';
import { COLON, NINE, ZERO, hostByte, ipv6Byte } from './grammar.ts';

/**
 * Checks that bytes `[start, end)` are `uri-host [ ":" port ]`. Empty is allowed: a target without authority is sent
 * with an empty Host.
 *
 * @throws Http1Error `HTTP1_HOST_INVALID`
 * Source: RFC 9110 section 7.2, RFC 3986 section 3.2; Kestrel refuses the same characters
 */
export const checkHost = (bytes: Uint8Array, start: number, end: number): void => {
  if (!isHost(bytes, start, end)) throw new Http1Error('HTTP1_HOST_INVALID');
};

/** Whether bytes `[start, end)` are a host with an optional port, or nothing. */
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

/** @returns the offset behind the `]`, or -1 */
const endOfIPv6 = (bytes: Uint8Array, start: number, end: number): number => {
  let i = start;
  let colons = 0;
  while (i < end && ipv6Byte[bytes[i]!] === 1) if (bytes[i++] === COLON) colons++;
  return i < end && bytes[i] === 0x5d && colons >= 2 && i - start >= 2 ? i + 1 : -1;
};
