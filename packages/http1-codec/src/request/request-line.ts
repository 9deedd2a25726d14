import { Http1Error } from '../grammar/errors.ts';
import { CR, LF, SP, literalTargetByte, noByte, targetByte, tokenByte } from '../grammar/grammar.ts';

/** The request line parsed last, as offsets into its bytes. Shared, because parsing is synchronous. */
export const requestLine = {
  methodEnd: 0,
  targetEnd: 0,
  /** 0 or 1; a higher minor version is read as 1 (RFC 9110 2.5). */
  minorVersion: 0,
  /** For an incomplete line: bytes that may follow without completing or invalidating it. */
  open: noByte,
};

/** `HTTP/1.1` and CRLF. */
const versionLength = 8;

/**
 * Parses `method SP request-target SP HTTP-version CRLF`.
 *
 * @returns the offset after the line, or -1 if it is incomplete
 * @throws Http1Error `HTTP1_METHOD_INVALID`, `HTTP1_TARGET_INVALID`, `HTTP1_VERSION_INVALID`,
 *   `HTTP1_VERSION_NOT_SUPPORTED`, `HTTP1_HTTP2_PREFACE`, `HTTP1_TLS_ON_PLAIN_PORT`, `HTTP1_LINE_ENDING_INVALID`,
 *   `HTTP1_REQUEST_LINE_INVALID`, `HTTP1_REQUEST_LINE_TOO_LONG`
 * Source: RFC 9112 section 3
 */
export const parseRequestLine = (bytes: Uint8Array, start: number, received: number, maxSize: number): number => {
  // Bytes after the limit are not examined, so the outcome does not depend on how much was received at once.
  const end = received - start > maxSize ? start + maxSize : received;
  let i = start;
  while (i < end && tokenByte[bytes[i]!] === 1) i++;
  if (i >= end) return incomplete(start, end, maxSize, tokenByte);
  if (bytes[i] !== SP || i === start) throw methodError(bytes, start, i);
  requestLine.methodEnd = i++;

  const targetStart = i;
  i = endOfTarget(bytes, targetStart, end);
  if (i >= end) return incomplete(start, end, maxSize, targetByte);
  if (i === targetStart) throw new Http1Error('HTTP1_REQUEST_LINE_INVALID');
  if (bytes[i] !== SP) throw targetError(bytes[i]!);
  requestLine.targetEnd = i++;

  const lineEnd = i + versionLength;
  if (lineEnd + 2 > end) return incompleteVersion(bytes, i, end, start, maxSize);
  const isUsual = isVersion11(bytes, i);
  if (!isUsual) checkVersionShape(bytes, i, lineEnd);
  if (bytes[lineEnd] !== CR) throw versionError(bytes[lineEnd]!);
  if (bytes[lineEnd + 1] !== LF) throw new Http1Error('HTTP1_LINE_ENDING_INVALID');
  requestLine.minorVersion = isUsual ? 1 : minorVersion(bytes, i, start);
  return lineEnd + 2;
};

const PERCENT = 0x25;
const ZERO = 0x30;
const QUESTION_MARK = 0x3f;

/** @returns the offset of the first byte that no target has, or `end` */
const endOfTarget = (bytes: Uint8Array, start: number, end: number): number => {
  let i = start;
  for (;;) {
    while (i < end && literalTargetByte[bytes[i]!] === 1) i++;
    if (i >= end || bytes[i] !== PERCENT) return i;
    // Memory after the received bytes may hold the request of another client.
    if (i + 2 < end && isNulInPath(bytes, start, i)) throw new Http1Error('HTTP1_TARGET_INVALID');
    i++;
  }
};

/** `%00` in a path ends the name of a file in some programs. No path of a URI needs it, and Kestrel refuses it. */
const isNulInPath = (bytes: Uint8Array, start: number, at: number): boolean =>
  bytes[at + 1] === ZERO && bytes[at + 2] === ZERO && !bytes.subarray(start, at).includes(QUESTION_MARK);

const incomplete = (start: number, end: number, maxSize: number, open: Uint8Array): -1 => {
  if (end - start >= maxSize) throw new Http1Error('HTTP1_REQUEST_LINE_TOO_LONG');
  requestLine.open = open;
  return -1;
};

/** Fast path for the version of nearly every request. */
const isVersion11 = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x48 &&
  bytes[at + 1] === 0x54 &&
  bytes[at + 2] === 0x54 &&
  bytes[at + 3] === 0x50 &&
  bytes[at + 4] === 0x2f &&
  bytes[at + 5] === 0x31 &&
  bytes[at + 6] === 0x2e &&
  bytes[at + 7] === 0x31;

/** `HTTP-version` is `HTTP/` DIGIT `.` DIGIT, case-sensitive. */
const checkVersionShape = (bytes: Uint8Array, at: number, end: number): void => {
  for (let i = at; i < end; i++) {
    if (!versionByteFits(bytes[i]!, i - at)) throw versionError(bytes[i]!);
  }
};

/** @returns the minor version, 0 or 1 */
const minorVersion = (bytes: Uint8Array, at: number, start: number): number => {
  if (bytes[at + 5] === 0x31) return bytes[at + 7] === 0x30 ? 0 : 1;
  const line = String.fromCharCode(...bytes.subarray(start, start + http2Preface.length));
  throw new Http1Error(line === http2Preface ? 'HTTP1_HTTP2_PREFACE' : 'HTTP1_VERSION_NOT_SUPPORTED');
};

/** The first line of an HTTP/2 client with prior knowledge (RFC 9113 3.4). */
const http2Preface = 'PRI * HTTP/2.0';

const versionShape = 'HTTP/0.0';

/** Whether the byte is allowed at that place of a version. */
const versionByteFits = (byte: number, place: number): boolean =>
  place === 5 || place === 7 ? byte >= 0x30 && byte <= 0x39 : byte === versionShape.charCodeAt(place);

/** Checks the received part of a version, so that an invalid one fails at once. */
const incompleteVersion = (bytes: Uint8Array, at: number, end: number, start: number, maxSize: number): -1 => {
  checkVersionShape(bytes, at, Math.min(end, at + versionLength));
  if (at + versionLength < end && bytes[at + versionLength] !== CR) throw versionError(bytes[at + versionLength]!);
  return incomplete(start, end, maxSize, noByte);
};

const methodError = (bytes: Uint8Array, start: number, at: number): Http1Error => {
  const byte = bytes[at];
  if (at === start && byte === 0x16) return new Http1Error('HTTP1_TLS_ON_PLAIN_PORT');
  if (byte === LF) return new Http1Error('HTTP1_LINE_ENDING_INVALID');
  return new Http1Error(byte === CR ? 'HTTP1_REQUEST_LINE_INVALID' : 'HTTP1_METHOD_INVALID');
};

const targetError = (byte: number): Http1Error => {
  if (byte === LF) return new Http1Error('HTTP1_LINE_ENDING_INVALID');
  return new Http1Error(byte === CR ? 'HTTP1_REQUEST_LINE_INVALID' : 'HTTP1_TARGET_INVALID');
};

const versionError = (byte: number): Http1Error => {
  if (byte === LF) return new Http1Error('HTTP1_LINE_ENDING_INVALID');
  return new Http1Error(byte === SP ? 'HTTP1_REQUEST_LINE_INVALID' : 'HTTP1_VERSION_INVALID');
};
