import { CR, LF, NINE, SP, ZERO, fieldValueByte, noByte } from '../grammar/grammar.ts';
import { latin1Text } from '../grammar/latin1.ts';
import { Http1ResponseError } from './response-errors.ts';

/** A parsed status line. */
export interface StatusLine {
  /** 0 or 1; a higher minor version is read as 1 (RFC 9110 2.5). */
  readonly minorVersion: 0 | 1;
  /** 100 to 999. */
  readonly statusCode: number;
  /** As received, as latin1 text; may be empty. */
  readonly reasonPhrase: string;
  /** Bytes of the line with its CRLF. */
  readonly size: number;
}

/** Further results of a parse of a status line. */
export const statusLineParse = {
  /** For an incomplete line: bytes that may follow without completing or invalidating it. */
  open: noByte,
};

/** Pattern of the text before the reason phrase; 0 is a digit. */
const shape = 'HTTP/0.0 000 ';
const codeAt = 9;

/**
 * Parses `HTTP-version SP status-code SP [ reason-phrase ] CRLF`. The second SP is not optional.
 *
 * @returns undefined if the line is incomplete and valid so far
 * @throws Http1ResponseError `HTTP1_VERSION_…`, `HTTP1_STATUS_…`, `HTTP1_REASON_PHRASE_INVALID`,
 *   `HTTP1_LINE_ENDING_INVALID`
 * Source: RFC 9112 section 4
 */
export const parseStatusLine = (
  bytes: Uint8Array,
  start: number,
  received: number,
  maxSize: number,
): StatusLine | undefined => {
  // Bytes after the limit are not examined, so the result does not depend on how much was received at once.
  const limit = start + maxSize;
  const end = received > limit ? limit : received;
  checkBeforeReason(bytes, start, end);
  const reasonStart = start + shape.length;
  let i = reasonStart;
  // reason-phrase = 1*( HTAB / SP / VCHAR / obs-text ), the characters of a field value
  while (i < end && fieldValueByte[bytes[i]!] === 1) i++;
  if (i < end && bytes[i] !== CR) throw reasonError(bytes[i]!);
  if (i + 1 >= end) return incomplete(end === limit, i === end && i >= reasonStart);
  if (bytes[i + 1] !== LF) throw new Http1ResponseError('HTTP1_LINE_ENDING_INVALID');
  return {
    minorVersion: bytes[start + 7] === ZERO ? 0 : 1,
    statusCode: statusCodeAt(bytes, start + codeAt),
    reasonPhrase: latin1Text(bytes, reasonStart, i),
    size: i + 2 - start,
  };
};

const incomplete = (isTooLong: boolean, isInReason: boolean): undefined => {
  if (isTooLong) throw new Http1ResponseError('HTTP1_STATUS_LINE_TOO_LONG');
  statusLineParse.open = isInReason ? fieldValueByte : noByte;
};

/** Checks the received part before the reason phrase. */
const checkBeforeReason = (bytes: Uint8Array, start: number, end: number): void => {
  const there = Math.min(shape.length, end - start);
  for (let place = 0; place < there; place++) {
    const byte = bytes[start + place]!;
    if (!fits(byte, place)) throw errorAt(byte, place);
    // 2.3: the rest can only be parsed for a known major version.
    if (place === 7 && bytes[start + 5] !== 0x31) throw new Http1ResponseError('HTTP1_VERSION_NOT_SUPPORTED');
  }
};

const fits = (byte: number, place: number): boolean => {
  const expected = shape.charCodeAt(place);
  if (expected !== ZERO) return byte === expected;
  return byte >= (place === codeAt ? ZERO + 1 : ZERO) && byte <= NINE;
};

const errorAt = (byte: number, place: number): Http1ResponseError => {
  if (byte === LF) return new Http1ResponseError('HTTP1_LINE_ENDING_INVALID');
  if (place < codeAt - 1 && byte !== SP) return new Http1ResponseError('HTTP1_VERSION_INVALID');
  if (byte === SP || byte === CR || place === codeAt - 1) return new Http1ResponseError('HTTP1_STATUS_LINE_INVALID');
  return new Http1ResponseError('HTTP1_STATUS_CODE_INVALID');
};

const statusCodeAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! - ZERO) * 100 + (bytes[at + 1]! - ZERO) * 10 + (bytes[at + 2]! - ZERO);

const reasonError = (byte: number): Http1ResponseError =>
  new Http1ResponseError(byte === LF ? 'HTTP1_LINE_ENDING_INVALID' : 'HTTP1_REASON_PHRASE_INVALID');
