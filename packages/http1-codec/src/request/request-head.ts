import { joinFieldValues } from '@windhover/http';
import type { HttpLimits } from '@windhover/http';
import { fieldLines, lineOffsets, parseFieldLines } from '../grammar/field-lines.ts';
import { latin1Text } from '../grammar/latin1.ts';
import { framingFields, readFramingFields } from './framing-fields.ts';
import { parseRequestLine, requestLine } from './request-line.ts';

/**
 * The head of one request. It keeps the received bytes and converts a value to text when it is read. `flags` and
 * `contentLength` have the fields for framing and routing.
 */
export class RequestHead {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #methodEnd: number;
  readonly #targetEnd: number;
  readonly #fieldsStart: number;
  readonly #fieldsEnd: number;
  readonly #limits: HttpLimits;
  #generation: number;
  /** 0 or 1: the version is HTTP/1.0 or HTTP/1.1. */
  readonly minorVersion: number;
  /** Number of field lines. */
  readonly fieldCount: number;
  /** Bits of `HeadFlag`. */
  readonly flags: number;
  /** Value of Content-Length; -1 if absent. */
  readonly contentLength: number;
  /** The authority of the target, if `allowHostHeaderOverride` lets it replace the Host field. */
  overridingHost: string | undefined;

  /**
   * Takes over the results of `parseRequestLine`, `parseFieldLines` and `readFramingFields`.
   *
   * @param start offset of the request line
   * @param fieldsStart offset of the first field line
   * @param fieldsEnd offset after the last field line
   */
  constructor(bytes: Uint8Array, start: number, fieldsStart: number, fieldsEnd: number, limits: HttpLimits) {
    this.#bytes = bytes;
    this.#start = start;
    this.#methodEnd = requestLine.methodEnd;
    this.#targetEnd = requestLine.targetEnd;
    this.#fieldsStart = fieldsStart;
    this.#fieldsEnd = fieldsEnd;
    this.#limits = limits;
    this.#generation = fieldLines.generation;
    this.minorVersion = requestLine.minorVersion;
    this.fieldCount = fieldLines.count;
    this.flags = framingFields.flags;
    this.contentLength = framingFields.contentLength;
    this.overridingHost = undefined;
  }

  get method(): string {
    return this.#isMethod('GET') ? 'GET' : latin1Text(this.#bytes, this.#start, this.#methodEnd);
  }

  get isHead(): boolean {
    return this.#isMethod('HEAD');
  }

  get isConnect(): boolean {
    return this.#isMethod('CONNECT');
  }

  /** As received. */
  get target(): string {
    return latin1Text(this.#bytes, this.#methodEnd + 1, this.#targetEnd);
  }

  /** First byte of the target. */
  get targetByte(): number {
    return this.#bytes[this.#methodEnd + 1]!;
  }

  /** The values of all lines of a field, joined. @param name in lower case */
  field(name: string): string | undefined {
    const offsets = this.#offsets();
    let first: string | undefined;
    for (let at = 0; at < this.fieldCount * 4; at += 4) {
      if (!this.#isNamed(offsets, at, name)) continue;
      if (first !== undefined) return joinFieldValues(name, this.fieldValues(name));
      first = this.#textBetween(offsets, at + 2);
    }
    return first;
  }

  /** The values of all lines of a field, in order. @param name in lower case */
  fieldValues(name: string): string[] {
    const offsets = this.#offsets();
    const values: string[] = [];
    for (let at = 0; at < this.fieldCount * 4; at += 4) {
      if (this.#isNamed(offsets, at, name)) values.push(this.#textBetween(offsets, at + 2));
    }
    return values;
  }

  /** Name and value of a line, as received. */
  fieldLine(line: number): [name: string, value: string] {
    const offsets = this.#offsets();
    const at = line * 4;
    return [this.#textBetween(offsets, at), this.#textBetween(offsets, at + 2)];
  }

  /**
   * Names and values of all lines as received: `[name, value, name, value, …]`. Converts the bytes to text in one step.
   */
  fieldLines(): string[] {
    const offsets = this.#offsets();
    const start = this.#fieldsStart;
    const text = latin1Text(this.#bytes, start, this.#fieldsEnd);
    const lines: string[] = [];
    for (let at = 0; at < this.fieldCount * 4; at += 2) {
      lines.push(text.slice(offsets[at]! - start, offsets[at + 1]! - start));
    }
    return lines;
  }

  /** Bytes of the field section without its empty line, as counted against its limit. */
  get fieldsSize(): number {
    return this.#fieldsEnd - this.#fieldsStart;
  }

  /** Parses this head again if another one was parsed since; cheaper than separate offsets for each head. */
  #offsets(): Int32Array {
    if (fieldLines.generation !== this.#generation) {
      parseFieldLines(this.#bytes, this.#fieldsStart, this.#fieldsEnd + 2, this.#fieldsStart, 0, this.#limits);
      this.#generation = fieldLines.generation;
    }
    return lineOffsets;
  }

  /** Methods are case-sensitive (RFC 9110 9.1). */
  #isMethod(method: string): boolean {
    const size = this.#methodEnd - this.#start;
    if (size !== method.length) return false;
    for (let i = 0; i < size; i++) if (this.#bytes[this.#start + i] !== method.charCodeAt(i)) return false;
    return true;
  }

  #isNamed(offsets: Int32Array, at: number, name: string): boolean {
    const start = offsets[at]!;
    if (offsets[at + 1]! - start !== name.length) return false;
    for (let i = 0; i < name.length; i++) if (!isSameLetter(this.#bytes[start + i]!, name.charCodeAt(i))) return false;
    return true;
  }

  #textBetween(offsets: Int32Array, at: number): string {
    return latin1Text(this.#bytes, offsets[at]!, offsets[at + 1]!);
  }
}

/** Compares letters only: `^` and `~` also differ by this bit, and are characters of names. */
const isSameLetter = (byte: number, lower: number): boolean =>
  byte === lower || ((byte | 0x20) === lower && lower >= 0x61 && lower <= 0x7a);

/** Further results of `parseRequestHead`. */
export const headParse = {
  /** The offset after the head. */
  end: 0,
  /** For an incomplete head: offset of its field section, -1 while the request line is incomplete. */
  fieldsStart: -1,
};

/**
 * Parses a whole request head in one pass.
 *
 * @returns the head, or undefined if it is incomplete
 * @throws Http1Error
 */
export const parseRequestHead = (
  bytes: Uint8Array,
  start: number,
  end: number,
  limits: HttpLimits,
): RequestHead | undefined => {
  const fieldsStart = parseRequestLine(bytes, start, end, limits.maxRequestLineSize);
  const headEnd = fieldsStart === -1 ? -1 : parseFieldLines(bytes, fieldsStart, end, fieldsStart, 0, limits);
  if (headEnd === -1) {
    headParse.fieldsStart = fieldsStart;
    return undefined;
  }
  headParse.end = headEnd;
  readFramingFields(bytes, fieldLines.count);
  return new RequestHead(bytes, start, fieldsStart, headEnd - 2, limits);
};
