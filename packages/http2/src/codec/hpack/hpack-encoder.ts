import type { OutputBuffer } from '../output-buffer.ts';
import { DynamicTable, defaultTableSize } from './dynamic-table.ts';
import { FieldKind } from './field-kind.ts';
import { HeaderField, fieldOverhead } from './header-field.ts';
import { encodeHuffman, huffmanLength } from './huffman-encoder.ts';
import { Indexing, policyFor } from './indexing-policy.ts';
import { firstDynamicIndex, staticTable } from './static-table.ts';

/** Names whose last literal is remembered. Responses use a few dozen; more are generated names. */
const maxLiterals = 64;
/** A field above 1/4 of the table size is not added: it would evict more useful entries. */
const largestShare = 4;
/** Longer text is sent uncompressed: Huffman coding saves too little for its time. */
const longestHuffman = 1024;

/** The static entries for `:status` (RFC 7541 appendix A), by status. */
const statusIndices: readonly (number | undefined)[] = staticTable.reduce<number[]>((indices, { name, value }, at) => {
  if (name === ':status') indices[Number(value)] = at;
  return indices;
}, []);
/** The first static entry for `:status`, used for the name. */
const statusNameIndex = 8;

/**
 * Compresses header lists. A repeated field becomes one byte. Fields with changing values, such as ETag, are not added
 * to the table, where they would evict other entries.
 *
 * Source: RFC 7541
 */
export class HpackEncoder {
  readonly #table = new DynamicTable();
  /** Table sizes to announce in the next block: the smallest since the last block, and the last one. */
  #smallestSize = defaultTableSize;
  #owesUpdate = false;
  /** The last literal value of each name, so that a repeated one is added to the table. */
  #literals: Map<string, string> | undefined;

  /** Bytes of the dynamic table in use. */
  get tableSize(): number {
    return this.#table.size;
  }

  /**
   * Applies SETTINGS_HEADER_TABLE_SIZE of the peer. At most the default size is used, to limit memory per connection.
   */
  setMaxTableSize(size: number): void {
    const used = Math.min(size, defaultTableSize);
    if (used === this.#table.maxSize) return;
    this.#table.resize(used);
    this.#smallestSize = this.#owesUpdate ? Math.min(this.#smallestSize, used) : used;
    this.#owesUpdate = true;
  }

  /** Begins a header block with the table size updates that are due (RFC 7541 4.2). */
  begin(out: OutputBuffer): void {
    if (!this.#owesUpdate) return;
    this.#owesUpdate = false;
    const size = this.#table.maxSize;
    out.reserve(12);
    if (this.#smallestSize < size) writeInteger(out, 0x20, 0x1f, this.#smallestSize);
    writeInteger(out, 0x20, 0x1f, size);
  }

  /** Writes `:status`. */
  status(out: OutputBuffer, statusCode: number): void {
    const index = statusIndices[statusCode];
    out.reserve(8);
    if (index !== undefined) out.byte(0x80 | index);
    else this.#writeIndexing(out, ':status', String(statusCode), statusNameIndex);
  }

  /** Writes a field. @param name in lower case @param value latin1 */
  field(out: OutputBuffer, name: string, value: string): void {
    const { nameIndex, indexing } = policyFor(name);
    if (indexing <= Indexing.none) {
      this.#writeLiteral(out, indexing === Indexing.never ? 0x10 : 0, 0x0f, name, value, nameIndex);
      return;
    }
    const at = this.#table.indexOf(name, value);
    if (at !== -1) {
      out.reserve(6);
      writeInteger(out, 0x80, 0x7f, firstDynamicIndex + at);
      return;
    }
    const size = name.length + value.length + fieldOverhead;
    const pays =
      size * largestShare <= this.#table.maxSize && (indexing === Indexing.always || this.#comesAgain(name, value));
    if (pays) this.#writeIndexing(out, name, value, nameIndex);
    else this.#writeLiteral(out, 0, 0x0f, name, value, nameIndex);
  }

  /** Whether the value is the last literal of its name; remembers it otherwise. */
  #comesAgain(name: string, value: string): boolean {
    const literals = (this.#literals ??= new Map());
    if (literals.get(name) === value) return true;
    if (literals.size >= maxLiterals && !literals.has(name)) literals.clear();
    literals.set(name, value);
    return false;
  }

  #writeIndexing(out: OutputBuffer, name: string, value: string, nameIndex: number): void {
    this.#writeLiteral(out, 0x40, 0x3f, name, value, nameIndex);
    this.#table.add(new HeaderField(name, FieldKind.regular, value));
  }

  #writeLiteral(out: OutputBuffer, bits: number, mask: number, name: string, value: string, nameIndex: number): void {
    out.reserve(name.length + value.length + 20);
    let index = nameIndex;
    if (index === 0) {
      const at = this.#table.indexOfName(name);
      if (at !== -1) index = firstDynamicIndex + at;
    }
    writeInteger(out, bits, mask, index);
    if (index === 0) writeString(out, name);
    writeString(out, value);
  }
}

/** Writes an integer in the masked bits of its first byte, beside the given bits (RFC 7541 5.1). */
const writeInteger = (out: OutputBuffer, bits: number, mask: number, value: number): void => {
  if (value < mask) {
    out.byte(bits | value);
    return;
  }
  out.byte(bits | mask);
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) out.byte((rest & 0x7f) | 0x80);
  out.byte(rest);
};

/** Writes a string literal, Huffman coded if that is shorter (RFC 7541 5.2). */
const writeString = (out: OutputBuffer, text: string): void => {
  const length = text.length > longestHuffman ? text.length : huffmanLength(text);
  if (length < text.length) {
    writeInteger(out, 0x80, 0x7f, length);
    out.length = encodeHuffman(text, out.bytes, out.length);
    return;
  }
  writeInteger(out, 0, 0x7f, text.length);
  for (let at = 0; at < text.length; at++) out.byte(text.charCodeAt(at));
};
