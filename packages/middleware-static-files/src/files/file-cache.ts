import type { Stats } from 'node:fs';
import type { FileInMemory } from './found-file.ts';

/** A small file in memory, with the data that shows a change on disk. */
export interface CachedFile {
  readonly found: FileInMemory;
  readonly stats: Stats;
}

/** Memory of an entry in addition to its bytes: path, fields, statistics. */
const entryOverhead = 1024;

/** Small files in memory. Above the capacity, the least recently used files are removed. */
export class FileCache {
  readonly #capacity: number;
  /** In order of use, the least recently used first. */
  readonly #entries = new Map<string, CachedFile>();
  #size = 0;

  /** @param capacity in bytes; 0 disables the cache */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Bytes in use. Never above the capacity. */
  get size(): number {
    return this.#size;
  }

  get(key: string): CachedFile | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  set(key: string, entry: CachedFile): void {
    this.delete(key);
    const cost = costOf(entry);
    if (cost > this.#capacity) return;
    this.#size += cost;
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#capacity) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#size -= costOf(entry);
  }
}

const costOf = ({ found }: CachedFile): number => found.bytes.length + entryOverhead;
