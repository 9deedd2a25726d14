import type { HttpLimits } from '@windhover/http';
import { Http1Error } from './errors.ts';
import { COLON, CR, HTAB, LF, SP, fieldValueByte, noByte, tokenByte } from './grammar.ts';

/**
 * Offsets of the field lines of the section parsed last, four for each line: start and end of its name, start and end
 * of its value. One array for all connections: parsing is synchronous, and a head that needs its lines later parses again.
 */
export let lineOffsets = new Int32Array(4 * 128);

/** Further results of a parse of field lines. */
export const fieldLines = {
  /** Number of lines found so far. */
  count: 0,
  /** Offset of the first incomplete line, if the result was -1. */
  resumeAt: 0,
  /** Bytes that may follow the incomplete line without completing or invalidating it. */
  open: noByte,
  /** Incremented on every parse. A head compares it to check that `lineOffsets` still belongs to it. */
  generation: 0,
};

/** The limits of a field section, with the names of the server's limits. */
export type FieldLimits = Pick<HttpLimits, 'maxRequestHeadersTotalSize' | 'maxRequestHeaderCount'>;

const reserve = (count: number): Int32Array<ArrayBuffer> => {
  const larger = new Int32Array(lineOffsets.length * 2);
  larger.set(lineOffsets);
  if (larger.length < count * 4) throw new RangeError('field lines are counted one by one');
  return (lineOffsets = larger);
};

/** Size from which a section is parsed with a view that reads four bytes at once. */
const largeSection = 384;

let viewedBytes: Uint8Array | undefined;
let view: DataView | undefined;

/** A view of the bytes, shared by heads in one chunk. */
const viewOf = (bytes: Uint8Array): DataView => {
  if (viewedBytes !== bytes || view === undefined) {
    viewedBytes = bytes;
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return view;
};

/** The high bit of each of four bytes. */
const highBits = 0x80_80_80_80;

/**
 * Sets the high bit of each byte in `highBits` that is not from SP to `~`. Subtracting 0x20 sets the high bit of a byte
 * below SP, adding 1 sets it for DEL, and obs-text has it. A carry into the next byte occurs only if the byte below is
 * itself one of these. The table checks the bytes from there on: HTAB and obs-text are allowed in values.
 */
const outsideAscii = (word: number): number => (word - 0x20_20_20_20) | (word + 0x01_01_01_01) | word;

/**
 * Parses `*( field-line CRLF ) CRLF` from `at`, after `countBefore` lines that were already parsed.
 *
 * A section that is too large is refused for its size, even if there is an error after its limit. So the result does
 * not depend on how much was received at once.
 *
 * @param sectionStart offset of the section, for its size limit
 * @returns the offset after the empty line, or -1 if the section is incomplete
 * @throws Http1Error the HTTP1_FIELD_… codes, `HTTP1_LINE_ENDING_INVALID`, `HTTP1_TOO_MANY_FIELDS`
 * Source: RFC 9112 sections 2.1, 5; RFC 9110 section 5
 */
export const parseFieldLines = (
  bytes: Uint8Array,
  at: number,
  received: number,
  sectionStart: number,
  countBefore: number,
  limits: FieldLimits,
): number => {
  const sectionLimit = sectionStart + limits.maxRequestHeadersTotalSize;
  // A section within its limit must end here: the CRLF of its empty line does not count.
  const end = received > sectionLimit + 2 ? sectionLimit + 2 : received;
  const words = end - at >= largeSection ? viewOf(bytes) : undefined;
  const { maxRequestHeaderCount } = limits;
  let offsets = lineOffsets;
  let count = countBefore;
  let i = at;
  fieldLines.generation++;
  for (;;) {
    const lineStart = i;
    if (i < end && bytes[i] === CR) {
      if (i + 1 < end) {
        if (bytes[i + 1] !== LF) throw new Http1Error('HTTP1_LINE_ENDING_INVALID');
        fieldLines.count = count;
        return i + 2;
      }
      return incomplete(lineStart, end, count, sectionLimit, noByte);
    }

    while (i < end && tokenByte[bytes[i]!] === 1) i++;
    if (i >= end) return incomplete(lineStart, end, count, sectionLimit, tokenByte);
    if (bytes[i] !== COLON || i === lineStart) throw nameError(bytes, lineStart, i);
    const nameEnd = i++;

    while (i < end && (bytes[i] === SP || bytes[i] === HTAB)) i++;
    const valueStart = i;
    if (words !== undefined) i = skipAscii(words, i, end);
    while (i < end && fieldValueByte[bytes[i]!] === 1) i++;
    if (i >= end) return incomplete(lineStart, end, count, sectionLimit, fieldValueByte);
    if (bytes[i] !== CR) throw valueError(bytes[i]!);
    if (i + 1 >= end) return incomplete(lineStart, end, count, sectionLimit, noByte);
    if (bytes[i + 1] !== LF) throw new Http1Error('HTTP1_LINE_ENDING_INVALID');
    let valueEnd = i;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === HTAB)) valueEnd--;
    i += 2;

    if (i > sectionLimit) throw new Http1Error('HTTP1_FIELD_SECTION_TOO_LARGE');
    if (count >= maxRequestHeaderCount) throw new Http1Error('HTTP1_TOO_MANY_FIELDS');
    const offset = count * 4;
    if (offset + 4 > offsets.length) offsets = reserve(count);
    offsets[offset] = lineStart;
    offsets[offset + 1] = nameEnd;
    offsets[offset + 2] = valueStart;
    offsets[offset + 3] = valueEnd;
    count++;
  }
};

/**
 * Skips bytes from SP to `~`, eight at once.
 *
 * @returns the offset of the first other byte, for most values the CR after them; or one of the last eight before `end`
 */
const skipAscii = (words: DataView, from: number, end: number): number => {
  for (let i = from; i + 8 <= end; i += 8) {
    const first = outsideAscii(words.getInt32(i, true)) & highBits;
    if (first !== 0) return i + lowestMarked(first);
    const second = outsideAscii(words.getInt32(i + 4, true)) & highBits;
    if (second !== 0) return i + 4 + lowestMarked(second);
  }
  return end < from + 8 ? from : end - ((end - from) % 8);
};

/** The index of the lowest byte whose high bit is set, 0 to 3. All bytes below it are valid. */
const lowestMarked = (marks: number): number => (31 - Math.clz32(marks & -marks)) >> 3;

const incomplete = (lineStart: number, end: number, count: number, sectionLimit: number, open: Uint8Array): -1 => {
  if (end > sectionLimit + 1) throw new Http1Error('HTTP1_FIELD_SECTION_TOO_LARGE');
  fieldLines.count = count;
  fieldLines.resumeAt = lineStart;
  fieldLines.open = open;
  return -1;
};

const nameError = (bytes: Uint8Array, lineStart: number, at: number): Http1Error => {
  const byte = bytes[at];
  if (byte === LF) return new Http1Error('HTTP1_LINE_ENDING_INVALID');
  if (at === lineStart && (byte === SP || byte === HTAB)) return new Http1Error('HTTP1_FIELD_FOLDED');
  if (at > lineStart && byte === CR) return new Http1Error('HTTP1_FIELD_LINE_INVALID');
  return new Http1Error('HTTP1_FIELD_NAME_INVALID');
};

const valueError = (byte: number): Http1Error =>
  new Http1Error(byte === LF ? 'HTTP1_LINE_ENDING_INVALID' : 'HTTP1_FIELD_VALUE_INVALID');
