import { Http2Error } from '../errors.ts';
import { latin1 } from '../latin1.ts';
import { DynamicTable, defaultTableSize } from './dynamic-table.ts';
import { FieldKind, firstPseudoKind, kindOfName } from './field-kind.ts';
import { HeaderField, fieldOverhead } from './header-field.ts';
import { decodeHuffman } from './huffman-decoder.ts';
import { firstDynamicIndex, staticTable } from './static-table.ts';

/** Limits of a header list. Sizes in bytes. */
export interface HeaderListLimits {
  /** Name, value and 32 bytes for each field; breach: `isTooLarge`; above twice the limit: an error. */
  readonly maxListSize: number;
  /** Fields without pseudo-header fields, where all cookie fields count as one; breach: `isTooLarge`. */
  readonly maxCount: number;
  /** One name or one value, compressed or not; breach: `isTooLarge`. */
  readonly maxFieldSize: number;
}

/** No index, size or length in HPACK needs more; a longer number is an attack (RFC 7541 5.1). */
const largestInteger = 0x0fffffff;

/** Buffer for decoded Huffman code. Shared, because decoding is synchronous. */
let scratch = new Uint8Array(4096);

/**
 * Decodes header blocks into lists of fields. Fields beyond a limit are decoded but not kept, so that the table stays
 * in sync with the client's and other streams continue.
 *
 * Source: RFC 7541; Kestrel `HPackDecoder`
 */
export class HpackDecoder {
  readonly #limits: HeaderListLimits;
  readonly #table = new DynamicTable();
  /** The largest table that the client may use: the last setting that it has acknowledged. */
  #maxTableSize = defaultTableSize;
  /**
   * Whether the next block must begin with a table size update, because the client has acknowledged a smaller table.
   */
  #owesUpdate = false;
  #bytes: Uint8Array = noBytes;
  #at = 0;
  #end = 0;
  #fields: HeaderField[] = [];
  #listSize = 0;
  #count = 0;
  #hasCookie = false;
  #isTooLarge = false;

  constructor(limits: HeaderListLimits) {
    this.#limits = limits;
  }

  /** Size of the last decoded list as in RFC 9113 6.5.2, including fields that were not kept. */
  get listSize(): number {
    return this.#listSize;
  }

  /** Whether the last decoded list broke a limit. The fields within the limits were returned. */
  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  /** Bytes of the dynamic table in use. */
  get tableSize(): number {
    return this.#table.size;
  }

  /** Called when the client has acknowledged SETTINGS_HEADER_TABLE_SIZE. */
  tableSizeAcknowledged(size: number): void {
    this.#maxTableSize = size;
    if (size < this.#table.maxSize) this.#owesUpdate = true;
  }

  /**
   * Decodes one whole header block.
   *
   * @param bytes the block is `[start, end)`; the list keeps no reference to it
   * @returns the fields within the limits, in order
   * @throws Http2Error `HTTP2_COMPRESSION_INVALID`, `HTTP2_HEADER_BLOCK_TOO_LARGE`; the connection must then end
   */
  decode(bytes: Uint8Array, start: number, end: number): HeaderField[] {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#fields = [];
    this.#listSize = 0;
    this.#count = 0;
    this.#hasCookie = false;
    this.#isTooLarge = false;
    this.#readTableSizeUpdates();
    while (this.#at < end) this.#readField(bytes[this.#at]!);
    const fields = this.#fields;
    // An idle connection holds no bytes of its last request.
    this.#fields = [];
    this.#bytes = noBytes;
    return fields;
  }

  /**
   * Reads table size updates: only at the beginning of a block, and not above the acknowledged size (RFC 7541 4.2,
   * 6.3).
   */
  #readTableSizeUpdates(): void {
    while (this.#at < this.#end && (this.#bytes[this.#at]! & 0xe0) === 0x20) {
      const size = this.#readInteger(0x1f);
      if (size > this.#maxTableSize) throw invalid('a table size update above SETTINGS_HEADER_TABLE_SIZE');
      this.#table.resize(size);
      this.#owesUpdate = false;
    }
    if (this.#owesUpdate && this.#at < this.#end) throw invalid('no table size update after a smaller setting');
  }

  /** Reads one representation, identified by its first bits (RFC 7541 section 6). */
  #readField(first: number): void {
    // 1: indexed field
    if (first >= 0x80) this.#add(this.#entry(first < 0xff ? this.#shortIndex(first) : this.#readInteger(0x7f)));
    // 01: literal with incremental indexing
    else if (first >= 0x40) this.#readLiteral(0x3f, true);
    // 001: table size update, not allowed here
    else if (first >= 0x20) throw invalid('a table size update after a field');
    // 0001: never indexed; 0000: without indexing
    else this.#readLiteral(0x0f, false);
  }

  #shortIndex(first: number): number {
    this.#at++;
    return first & 0x7f;
  }

  /** The table entry at an index (RFC 7541 2.3.3). */
  #entry(index: number): HeaderField {
    if (index < firstDynamicIndex) {
      if (index === 0) throw invalid('index 0');
      return staticTable[index]!;
    }
    const entry = this.#table.get(index - firstDynamicIndex);
    if (entry === undefined) throw invalid('an index beyond the tables');
    return entry;
  }

  #readLiteral(mask: number, isIndexed: boolean): void {
    const index = this.#readInteger(mask);
    let name: string;
    let nameKind: FieldKind;
    if (index === 0) {
      name = this.#readString();
      nameKind = kindOfName(name);
    } else {
      const entry = this.#entry(index);
      name = entry.name;
      nameKind = entry.nameKind;
    }
    const field = new HeaderField(name, nameKind, this.#readString());
    if (isIndexed) this.#table.add(field);
    this.#add(field);
  }

  #add(field: HeaderField): void {
    const { maxListSize, maxCount, maxFieldSize } = this.#limits;
    const { name, value } = field;
    this.#listSize += name.length + value.length + fieldOverhead;
    const isWithin =
      this.#listSize <= maxListSize &&
      name.length <= maxFieldSize &&
      value.length <= maxFieldSize &&
      (this.#count < maxCount || !this.#counts(field));
    if (isWithin && !this.#isTooLarge) {
      this.#fields.push(field);
      if (this.#counts(field)) this.#count++;
      if (field.nameKind === FieldKind.cookie) this.#hasCookie = true;
      return;
    }
    this.#isTooLarge = true;
    if (this.#listSize > 2 * maxListSize) throw new Http2Error('HTTP2_HEADER_BLOCK_TOO_LARGE');
  }

  /** Whether the field counts as a field line. The parts of a cookie are joined into one (RFC 9113 8.2.3). */
  #counts({ nameKind, kind }: HeaderField): boolean {
    return kind < firstPseudoKind && !(this.#hasCookie && nameKind === FieldKind.cookie);
  }

  /** Reads an integer that begins in the masked bits of a byte (RFC 7541 5.1). */
  #readInteger(mask: number): number {
    if (this.#at >= this.#end) throw invalid('the block ends inside of a field');
    const prefix = this.#bytes[this.#at++]! & mask;
    if (prefix < mask) return prefix;
    let value = prefix;
    for (let shift = 0; shift <= 28; shift += 7) {
      if (this.#at >= this.#end) throw invalid('the block ends inside of a number');
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (value > largestInteger) break;
      if (byte < 0x80) return value;
    }
    throw invalid('a number is too large');
  }

  /** Reads a string literal, plain or Huffman coded (RFC 7541 5.2). */
  #readString(): string {
    const isHuffman = this.#at < this.#end && this.#bytes[this.#at]! >= 0x80;
    const length = this.#readInteger(0x7f);
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) throw invalid('a string is longer than its block');
    this.#at = end;
    if (!isHuffman) return latin1(this.#bytes, start, end);
    // The shortest code has five bits. The decoder stores one byte after the last symbol.
    const room = ((length * 8) / 5 + 2) | 0;
    if (room > scratch.length) scratch = new Uint8Array(room * 2);
    const decoded = decodeHuffman(this.#bytes, start, end, scratch);
    if (decoded === -1) throw invalid('Huffman code with EOS or with wrong padding');
    const text = latin1(scratch, 0, decoded);
    if (scratch.length > largestScratch) scratch = new Uint8Array(4096);
    return text;
  }
}

/** Longer strings are rare; a larger scratch buffer is not kept. */
const largestScratch = 64 * 1024;
const noBytes = new Uint8Array(0);

const invalid = (detail: string): Http2Error => new Http2Error('HTTP2_COMPRESSION_INVALID', detail);
