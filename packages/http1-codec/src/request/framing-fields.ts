import { isHost } from '@windhover/http';
import { Http1Error } from '../grammar/errors.ts';
import { lineOffsets } from '../grammar/field-lines.ts';
import { COMMA, HTAB, NINE, SEMICOLON, SP, ZERO, spells, token } from '../grammar/grammar.ts';

/** Facts about framing and connection from the fields of a request head: bits of `RequestHead.flags`. */
export const HeadFlag = {
  /** Exactly one well-formed Host. */
  host: 1,
  /** `Connection: close` */
  close: 2,
  /** `Connection: keep-alive` */
  keepAlive: 4,
  /** `Connection: upgrade` */
  upgrade: 8,
  /** There is an Upgrade field. */
  upgradeField: 16,
  /** Transfer-Encoding is exactly `chunked`. */
  chunked: 32,
  /** There is a Transfer-Encoding. */
  transferEncoding: 64,
  /** A transfer coding other than chunked. */
  otherCoding: 128,
  /** chunked, but not once and last, or with a parameter; or an empty member. */
  misplacedChunked: 256,
  /** `Expect: 100-continue` */
  expectContinue: 512,
  /** Another expectation. */
  otherExpectation: 1024,
} as const;

/** The result of `readFramingFields`; shared, because parsing is synchronous. */
export const framingFields = {
  /** Bits of `HeadFlag`. */
  flags: 0,
  /** Value of Content-Length; -1 if absent. */
  contentLength: -1,
};

const host = token('host');
const expect = token('expect');
const upgrade = token('upgrade');
const connection = token('connection');
const contentLength = token('content-length');
const transferEncoding = token('transfer-encoding');
const close = token('close');
const keepAlive = token('keep-alive');
const chunked = token('chunked');
const continueExpected = token('100-continue');

/**
 * Reads the fields for framing and routing from the lines parsed last, into `framingFields`.
 *
 * @param count number of lines
 * @throws Http1Error `HTTP1_HOST_…`, `HTTP1_CONTENT_LENGTH_…`
 */
export const readFramingFields = (bytes: Uint8Array, count: number): void => {
  framingFields.flags = 0;
  framingFields.contentLength = -1;
  for (let at = 0; at < count * 4; at += 4) {
    const start = lineOffsets[at]!;
    const end = lineOffsets[at + 1]!;
    // Hardly any other field has a name of one of these lengths.
    switch (end - start) {
      case 4:
        if (spells(bytes, start, end, host)) readHost(bytes, at);
        break;
      case 6:
        if (spells(bytes, start, end, expect)) readExpect(bytes, at);
        break;
      case 7:
        if (spells(bytes, start, end, upgrade)) framingFields.flags |= HeadFlag.upgradeField;
        break;
      case 10:
        if (spells(bytes, start, end, connection)) readConnection(bytes, at);
        break;
      case 14:
        if (spells(bytes, start, end, contentLength)) readContentLength(bytes, at);
        break;
      case 17:
        if (spells(bytes, start, end, transferEncoding)) readTransferEncoding(bytes, at);
        break;
      default:
    }
  }
};

/** More than one Host, or an invalid one, is answered 400 (RFC 9112 3.2). */
const readHost = (bytes: Uint8Array, at: number): void => {
  if ((framingFields.flags & HeadFlag.host) !== 0) throw new Http1Error('HTTP1_HOST_DUPLICATE');
  if (!isHost(bytes, lineOffsets[at + 2]!, lineOffsets[at + 3]!)) throw new Http1Error('HTTP1_HOST_INVALID');
  framingFields.flags |= HeadFlag.host;
};

/** A list that may be empty (RFC 9110 10.1.1). */
const readExpect = (bytes: Uint8Array, at: number): void => {
  const from = lineOffsets[at + 2]!;
  const to = lineOffsets[at + 3]!;
  if (from === to) return;
  const isContinue = spells(bytes, from, to, continueExpected);
  framingFields.flags |= isContinue ? HeadFlag.expectContinue : HeadFlag.otherExpectation;
};

/** connection-option is a case-insensitive token (RFC 9110 7.6.1). */
const readConnection = (bytes: Uint8Array, at: number): void => {
  const from = lineOffsets[at + 2]!;
  const to = lineOffsets[at + 3]!;
  // The value that browsers send needs no list parsing.
  if (spells(bytes, from, to, keepAlive)) {
    framingFields.flags |= HeadFlag.keepAlive;
    return;
  }
  forEachMember(bytes, from, to, (start, end) => {
    if (spells(bytes, start, end, close)) framingFields.flags |= HeadFlag.close;
    else if (spells(bytes, start, end, keepAlive)) framingFields.flags |= HeadFlag.keepAlive;
    else if (spells(bytes, start, end, upgrade)) framingFields.flags |= HeadFlag.upgrade;
  });
};

/**
 * Content-Length = 1*DIGIT (RFC 9110 8.6). A second one is refused even if it is equal: two parsers may use different
 * ones. A number above 2^53 - 1 cannot be represented exactly, and is above every limit.
 */
const readContentLength = (bytes: Uint8Array, at: number): void => {
  if (framingFields.contentLength !== -1) throw new Http1Error('HTTP1_CONTENT_LENGTH_DUPLICATE');
  const start = lineOffsets[at + 2]!;
  const end = lineOffsets[at + 3]!;
  if (start === end) throw new Http1Error('HTTP1_CONTENT_LENGTH_INVALID');
  let length = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte < ZERO || byte > NINE) throw new Http1Error('HTTP1_CONTENT_LENGTH_INVALID');
    if (length <= Number.MAX_SAFE_INTEGER) length = length * 10 + (byte - ZERO);
  }
  if (length > Number.MAX_SAFE_INTEGER) throw new Http1Error('HTTP1_CONTENT_TOO_LARGE');
  framingFields.contentLength = length;
};

/**
 * All members of all lines are one list, in order (RFC 9112 6.1); the framing checks it as a whole. An empty member is
 * not a coding: parsers that skip it and parsers that do not would see different messages.
 */
const readTransferEncoding = (bytes: Uint8Array, at: number): void => {
  forEachMember(bytes, lineOffsets[at + 2]!, lineOffsets[at + 3]!, (start, end) => {
    // Anything after chunked means that the last chunk does not end the content.
    if ((framingFields.flags & HeadFlag.chunked) !== 0) framingFields.flags |= HeadFlag.misplacedChunked;
    if (spells(bytes, start, end, chunked)) framingFields.flags |= HeadFlag.chunked;
    else if (start === end || isChunkedWithParameter(bytes, start, end))
      framingFields.flags |= HeadFlag.misplacedChunked;
    else framingFields.flags |= HeadFlag.otherCoding;
  });
  framingFields.flags |= HeadFlag.transferEncoding;
};

/** chunked has no parameters (RFC 9112 7.1). */
const isChunkedWithParameter = (bytes: Uint8Array, start: number, end: number): boolean => {
  let i = start + 7;
  if (i >= end || !spells(bytes, start, i, chunked)) return false;
  while (i < end && isBlank(bytes[i]!)) i++;
  return bytes[i] === SEMICOLON;
};

/** Calls back for every member of a comma-separated list, without surrounding whitespace, including empty members. */
const forEachMember = (
  bytes: Uint8Array,
  from: number,
  to: number,
  member: (start: number, end: number) => void,
): void => {
  let start = from;
  for (let i = from; i <= to; i++) {
    if (i < to && bytes[i] !== COMMA) continue;
    let first = start;
    let last = i;
    while (first < last && isBlank(bytes[first]!)) first++;
    while (last > first && isBlank(bytes[last - 1]!)) last--;
    member(first, last);
    start = i + 1;
  }
};

const isBlank = (byte: number): boolean => byte === SP || byte === HTAB;
