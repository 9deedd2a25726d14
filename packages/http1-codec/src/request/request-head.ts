import { joinFieldValues } from '@windhover/http';
import type { HttpLimits } from '@windhover/http';
import { fieldLines, lineOffsets, parseFieldLines } from '../grammar/field-lines.ts';
import { spells } from '../grammar/grammar.ts';
import { interpretFields } from './field-meaning.ts';
import { parseRequestLine, requestLine } from './request-line.ts';

/**
 * The head of one request. It keeps the bytes and makes text of them when asked; what the protocol itself needs has
 * been read while parsing.
 */
export class RequestHead {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #methodEnd: number;
  readonly #targetEnd: number;
  readonly #fieldsStart: number;
  readonly #fieldsEnd: number;
  readonly #limits: HttpLimits;
  #generation: number;
  /** Number of field lines. */
  readonly fieldCount: number;
  /** 0 or 1: the version is HTTP/1.0 or HTTP/1.1. */
  readonly minorVersion: number;
  /** Bits of `FieldMeaning`. */
  meaning = 0;
  /** Value of Content-Length; -1 where there is none. */
  contentLength = -1;
  /** The authority of the target where it takes the place of another Host. */
  overridingHost: string | undefined;

  /** Takes over what `parseRequestHead` has just left in the shared places. */
  constructor(
    bytes: Buffer,
    start: number,
    fieldsStart: number,
    fieldsEnd: number,
    limits: HttpLimits,
  ) {
    this.#bytes = bytes;
    this.#start = start;
    this.#methodEnd = requestLine.methodEnd;
    this.#targetEnd = requestLine.targetEnd;
    this.#fieldsStart = fieldsStart;
    this.#fieldsEnd = fieldsEnd;
    this.#limits = limits;
    this.minorVersion = requestLine.minorVersion;
    this.fieldCount = fieldLines.count;
    this.#generation = fieldLines.generation;
    interpretFields(this, bytes, fieldLines.count);
  }

  get method(): string {
    const bytes = this.#bytes;
    const start = this.#start;
    const end = this.#methodEnd;
    // `GET ` as one comparison a byte is cheaper than any text.
    if (end - start === 3 && bytes[start] === 0x47 && bytes[start + 1] === 0x45 && bytes[start + 2] === 0x54)
      return 'GET';
    return text(bytes, start, end);
  }

  get isHead(): boolean {
    return isMethod(this.#bytes, this.#start, this.#methodEnd, 'HEAD');
  }

  get isConnect(): boolean {
    return isMethod(this.#bytes, this.#start, this.#methodEnd, 'CONNECT');
  }

  /** As received. */
  get target(): string {
    return text(this.#bytes, this.#methodEnd + 1, this.#targetEnd);
  }

  /** First byte of the target. */
  get targetByte(): number {
    return this.#bytes[this.#methodEnd + 1]!;
  }

  /** The values of all lines with that name, joined; the name is in lower case. */
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

  /** The values of all lines with that name, in order; the name is in lower case. */
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

  /** The field section as received, with its line endings. */
  get rawFields(): Uint8Array {
    return this.#bytes.subarray(this.#fieldsStart, this.#fieldsEnd);
  }

  /** Size of `rawFields`: what the section has used up of its limit. */
  get fieldsSize(): number {
    return this.#fieldsEnd - this.#fieldsStart;
  }

  /** Another head may have been parsed since; then this one is parsed again, which costs less than a copy for each. */
  #offsets(): Int32Array {
    if (fieldLines.generation !== this.#generation) {
      parseFieldLines(this.#bytes, this.#fieldsStart, this.#fieldsEnd + 2, this.#fieldsStart, 0, this.#limits);
      this.#generation = fieldLines.generation;
    }
    return lineOffsets;
  }

  #isNamed(offsets: Int32Array, at: number, name: string): boolean {
    return spells(this.#bytes, offsets[at]!, offsets[at + 1]!, name);
  }

  #textBetween(offsets: Int32Array, at: number): string {
    return text(this.#bytes, offsets[at]!, offsets[at + 1]!);
  }
}

const text = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end);

const isMethod = (bytes: Buffer, start: number, end: number, method: string): boolean => {
  if (end - start !== method.length) return false;
  for (let i = 0; i < method.length; i++) if (bytes[start + i] !== method.charCodeAt(i)) return false;
  return true;
};

/** What `parseRequestHead` gives besides a head. */
export const headParse = {
  /** The offset behind the head. */
  end: 0,
  /** Of an incomplete head: where its field section starts, -1 while the request line is not complete. */
  fieldsStart: -1,
};

/**
 * Parses a whole request head in one pass.
 *
 * @returns the head, or undefined when it is not complete
 * @throws Http1Error
 */
export const parseRequestHead = (
  bytes: Buffer,
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
  return new RequestHead(bytes, start, fieldsStart, headEnd - 2, limits);
};
