import { Buffer } from 'node:buffer';
import type { HttpLimits } from '@windhover/http';
import { fieldLines } from '../grammar/field-lines.ts';
import type { RequestHead } from './request-head.ts';

/**
 * A field section that has come twice in a row, and what it was found to be. Clients repeat themselves: most of a
 * request's bytes are the same fields as in the one before, and to compare them takes a fifth of the time to parse
 * them. The same bytes under the same limits have the same meaning, so nothing is taken on trust.
 *
 * One for all connections: an idle connection holds nothing.
 *
 * Source: Kestrel reuses the strings of equal fields of a connection (`DisableStringReuse`)
 */
export interface FieldSectionMemo {
  /** With the empty line; a copy of its own, which nobody else can change. */
  readonly bytes: Buffer;
  readonly limits: HttpLimits;
  readonly fieldCount: number;
  readonly meaning: number;
  readonly contentLength: number;
  /** The shared offsets are those of this section as long as this is still the last parse, */
  readonly generation: number;
  /** and count from here. */
  readonly parsedAt: number;
}

/** Smaller sections are parsed as fast as they are compared; larger ones do not come often. */
const smallest = 16;
const largest = 4096;
/** From this size on, one native call compares faster than a loop. */
const nativeFrom = 96;

let memo: FieldSectionMemo | undefined;
/** Of the section parsed last: what tells it from most others. */
let lastSize = 0;
let lastMiddle = 0;

/** The memo, if the bytes at `at` are its section. */
export const recallFieldSection = (
  bytes: Buffer,
  at: number,
  end: number,
  limits: HttpLimits,
): FieldSectionMemo | undefined => {
  if (memo === undefined || memo.limits !== limits) return undefined;
  const size = memo.bytes.length;
  if (end - at < size) return undefined;
  // Nearly every other section differs in one of these two.
  const middle = size >> 1;
  if (bytes[at + middle] !== memo.bytes[middle] || bytes[at + size - 5] !== memo.bytes[size - 5]) return undefined;
  const isSame = size < nativeFrom ? sameBytes(bytes, at, memo.bytes) : memo.bytes.compare(bytes, at, at + size) === 0;
  return isSame ? memo : undefined;
};

/** Takes note of a section that was parsed; keeps it when it looks like the one before. */
export const noteFieldSection = (
  head: RequestHead,
  bytes: Buffer,
  at: number,
  sectionEnd: number,
  limits: HttpLimits,
): void => {
  const size = sectionEnd - at;
  const middle = bytes[at + (size >> 1)]!;
  const isRepeated = size === lastSize && middle === lastMiddle;
  lastSize = size;
  lastMiddle = middle;
  if (!isRepeated || size < smallest || size > largest) return;
  memo = {
    bytes: Buffer.from(bytes.subarray(at, sectionEnd)),
    limits,
    fieldCount: head.fieldCount,
    meaning: head.meaning,
    contentLength: head.contentLength,
    generation: fieldLines.generation,
    parsedAt: at,
  };
};

const sameBytes = (bytes: Buffer, at: number, section: Buffer): boolean => {
  for (let i = 0; i < section.length; i++) if (bytes[at + i] !== section[i]) return false;
  return true;
};
