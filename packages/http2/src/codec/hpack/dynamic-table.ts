import type { HeaderField } from './header-field.ts';

/** The initial size of a table (RFC 9113 6.5.2). */
export const defaultTableSize = 4096;

const smallestRing = 16;

/**
 * The dynamic table, newest entry first. A ring, so that insertion and eviction move no entries. It grows on demand to
 * at most one place per 32 bytes of its size; an unused table takes no memory.
 *
 * Source: RFC 7541 sections 2.3.2 and 4
 */
export class DynamicTable {
  #ring: (HeaderField | undefined)[] = [];
  /** Place of the newest entry. */
  #newest = -1;
  #length = 0;
  #size = 0;
  #maxSize: number;

  /** @param maxSize bytes, in field sizes */
  constructor(maxSize: number = defaultTableSize) {
    this.#maxSize = maxSize;
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes in use, in field sizes. */
  get size(): number {
    return this.#size;
  }

  get maxSize(): number {
    return this.#maxSize;
  }

  /** @param at 0 for the newest entry */
  get(at: number): HeaderField | undefined {
    return at < this.#length ? this.#ring[(this.#newest - at) & (this.#ring.length - 1)] : undefined;
  }

  /** The place of the newest entry with this name and value, or -1. */
  indexOf(name: string, value: string): number {
    const ring = this.#ring;
    for (let at = 0; at < this.#length; at++) {
      const field = ring[(this.#newest - at) & (ring.length - 1)]!;
      if (field.name === name && field.value === value) return at;
    }
    return -1;
  }

  /** The place of the newest entry with this name, or -1. */
  indexOfName(name: string): number {
    const ring = this.#ring;
    for (let at = 0; at < this.#length; at++) {
      if (ring[(this.#newest - at) & (ring.length - 1)]!.name === name) return at;
    }
    return -1;
  }

  /** Evicts entries to make room and adds the field. A field larger than the table empties it (RFC 7541 4.4). */
  add(field: HeaderField): void {
    const { size } = field;
    this.#evictTo(this.#maxSize - size);
    if (size > this.#maxSize) return;
    if (this.#length === this.#ring.length) this.#grow();
    this.#newest = (this.#newest + 1) & (this.#ring.length - 1);
    this.#ring[this.#newest] = field;
    this.#length++;
    this.#size += size;
  }

  resize(maxSize: number): void {
    this.#maxSize = maxSize;
    this.#evictTo(maxSize);
  }

  #evictTo(size: number): void {
    const ring = this.#ring;
    while (this.#size > size && this.#length > 0) {
      const oldest = (this.#newest - --this.#length) & (ring.length - 1);
      this.#size -= ring[oldest]!.size;
      ring[oldest] = undefined;
    }
  }

  #grow(): void {
    const ring: (HeaderField | undefined)[] = [];
    for (let at = this.#length - 1; at >= 0; at--) ring.push(this.get(at));
    this.#newest = ring.length - 1;
    const places = Math.max(smallestRing, ring.length * 2);
    while (ring.length < places) ring.push(undefined);
    this.#ring = ring;
  }
}
