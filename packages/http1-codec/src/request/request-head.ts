import { joinFieldValues } from '@windhover/http';
import type { HttpLimits } from '@windhover/http';
import { fieldLines, lineOffsets, parseFieldLines } from '../grammar/field-lines.ts';
import { latin1Text, newBytes, writeLatin1 } from '../grammar/latin1.ts';
import type { ReceivedBytes } from '../grammar/received-bytes.ts';
import { HeadFlag, framingFields, readFramingFields } from './framing-fields.ts';
import { parseRequestLine, requestLine } from './request-line.ts';

/**
 * The head of one request. It keeps a text, never received memory, which may have other bytes by the time that a value is
 * read. `flags` and `contentLength` have the fields for framing and routing.
 */
export class RequestHead {
  /** Contains the request line and the field lines. All offsets below count from its first character. */
  readonly #text: string;
  readonly #start: number;
  readonly #methodEnd: number;
  readonly #targetEnd: number;
  readonly #fieldsStart: number;
  readonly #fieldsEnd: number;
  readonly #limits: HttpLimits;
  #generation: number;
  /** The offset of the text's first character where offsets count from the parsed bytes, as in `lineOffsets`. */
  #textStart: number;
  /** 0 or 1: the version is HTTP/1.0 or HTTP/1.1. */
  readonly minorVersion: number;
  /** Number of field lines. */
  readonly fieldCount: number;
  /** Bits of `HeadFlag`. */
  readonly flags: number;
  /** Value of Content-Length; -1 if absent. */
  readonly contentLength: number;
  /**
   * The authority of the target, where it is the Host: if the request has no Host field, or `allowHostHeaderOverride` lets
   * it replace the field.
   */
  overridingHost: string | undefined;

  /**
   * Takes over the results of `parseRequestLine`, `parseFieldLines` and `readFramingFields`.
   *
   * @param received the parsed bytes, to which the offsets belong
   * @param fieldsStart offset of the first field line
   * @param fieldsEnd offset after the last field line
   */
  constructor(received: ReceivedBytes, fieldsStart: number, fieldsEnd: number, limits: HttpLimits) {
    const { flags, contentLength } = framingFields;
    const hasContent = contentLength > 0 || (flags & HeadFlag.chunked) !== 0;
    this.#text = received.textOf(received.start, fieldsEnd + 2, !hasContent);
    const { start, textStart } = received;
    this.#textStart = textStart;
    this.#start = start - textStart;
    this.#methodEnd = requestLine.methodEnd - textStart;
    this.#targetEnd = requestLine.targetEnd - textStart;
    this.#fieldsStart = fieldsStart - textStart;
    this.#fieldsEnd = fieldsEnd - textStart;
    this.#limits = limits;
    this.#generation = fieldLines.generation;
    this.minorVersion = requestLine.minorVersion;
    this.fieldCount = fieldLines.count;
    this.flags = flags;
    this.contentLength = contentLength;
    this.overridingHost = undefined;
  }

  get method(): string {
    return this.#isMethod('GET') ? 'GET' : this.#own(this.#start, this.#methodEnd);
  }

  get isHead(): boolean {
    return this.#isMethod('HEAD');
  }

  get isConnect(): boolean {
    return this.#isMethod('CONNECT');
  }

  /** As received. */
  get target(): string {
    return this.#own(this.#methodEnd + 1, this.#targetEnd);
  }

  /** First byte of the target. */
  get targetByte(): number {
    return this.#text.charCodeAt(this.#methodEnd + 1);
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

  /** Names and values of all lines as received: `[name, value, name, value, …]`. They are slices of one text. */
  fieldLines(): string[] {
    const offsets = this.#offsets();
    const text = this.#text;
    const textStart = this.#textStart;
    const lines: string[] = [];
    for (let at = 0; at < this.fieldCount * 4; at += 2) {
      lines.push(text.slice(offsets[at]! - textStart, offsets[at + 1]! - textStart));
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
      const bytes = bytesOf(this.#text);
      parseFieldLines(bytes, this.#fieldsStart, this.#fieldsEnd + 2, this.#fieldsStart, 0, this.#limits);
      this.#textStart = 0;
      this.#generation = fieldLines.generation;
    }
    return lineOffsets;
  }

  /** Methods are case-sensitive (RFC 9110 9.1). */
  #isMethod(method: string): boolean {
    return this.#methodEnd - this.#start === method.length && this.#text.startsWith(method, this.#start);
  }

  #isNamed(offsets: Int32Array, at: number, name: string): boolean {
    const start = offsets[at]!;
    if (offsets[at + 1]! - start !== name.length) return false;
    const text = this.#text;
    const first = start - this.#textStart;
    for (let i = 0; i < name.length; i++) {
      if (!isSameLetter(text.charCodeAt(first + i), name.charCodeAt(i))) return false;
    }
    return true;
  }

  #textBetween(offsets: Int32Array, at: number): string {
    return this.#own(offsets[at]! - this.#textStart, offsets[at + 1]! - this.#textStart);
  }

  /** A part of the text as a text of its own. A slice would keep the whole text in memory. */
  #own(start: number, end: number): string {
    return latin1Text(bytesOf(this.#text), start, end);
  }
}

/** The bytes of the text that was read last. Shared by all heads, because reading a value is synchronous. */
let textBytes = newBytes(16 * 1024);
let writtenText = '';

/** The bytes of a text, in memory that the next text overwrites. */
const bytesOf = (text: string): Uint8Array => {
  if (text !== writtenText) {
    if (text.length > textBytes.length) textBytes = newBytes(text.length);
    writeLatin1(textBytes, text);
    writtenText = text;
  }
  return textBytes;
};

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
export const parseRequestHead = (received: ReceivedBytes, limits: HttpLimits): RequestHead | undefined => {
  const { bytes, start, end } = received;
  const fieldsStart = parseRequestLine(bytes, start, end, limits.maxRequestLineSize);
  const headEnd = fieldsStart === -1 ? -1 : parseFieldLines(bytes, fieldsStart, end, fieldsStart, 0, limits);
  if (headEnd === -1) {
    headParse.fieldsStart = fieldsStart;
    return undefined;
  }
  headParse.end = headEnd;
  readFramingFields(bytes, fieldLines.count);
  return new RequestHead(received, fieldsStart, headEnd - 2, limits);
};
