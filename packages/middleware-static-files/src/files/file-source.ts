import { type Stats, stat } from 'node:fs';
import { FileCache } from './file-cache.ts';
import { type FoundFile, describeFile, isSettled } from './found-file.ts';
import { isMissing, openFile } from './opened-file.ts';
import { readWhole } from './file-reading.ts';

/** Maximum size in bytes of a file in memory. Larger files are read from disk for each request. */
const maxSizeInMemory = 64 * 1024;

/** The files below a folder. Small files are kept in memory, and compared with the disk on each use. */
export class FileSource {
  readonly root: string;
  /** The folder that must contain files after links are followed; `undefined` for none. */
  readonly boundary: string | undefined;
  readonly #cache: FileCache;
  readonly #now: () => number;

  /** @param root absolute path without a trailing slash */
  constructor(root: string, options: { outsideLinks: boolean; cacheSize: number; now?: () => number }) {
    this.root = root;
    this.boundary = options.outsideLinks ? undefined : root;
    this.#cache = new FileCache(options.cacheSize);
    this.#now = options.now ?? Date.now;
  }

  /** Memory used by cached files, in bytes. */
  get cachedBytes(): number {
    return this.#cache.size;
  }

  /**
   * Finds a file, in memory or open.
   *
   * @param path below the folder, begins with `/`; must satisfy `isServablePath`
   */
  async find(path: string): Promise<FoundFile | 'folder' | undefined> {
    const cached = this.#cache.get(path);
    if (cached !== undefined) {
      if (isSame(cached.stats, await statOrNothing(this.root + path))) return cached.found;
      this.#cache.delete(path);
    }
    return this.#open(path);
  }

  async #open(path: string): Promise<FoundFile | 'folder' | undefined> {
    const now = this.#now();
    const opened = await openFile(this.root + path, this.boundary);
    if (opened === undefined || opened === 'folder') return opened;
    const { handle, stats } = opened;
    const file = describeFile(this.root + path, stats, now);
    if (stats.size > maxSizeInMemory) return { file, handle };
    try {
      const found = { file, bytes: await readWhole(handle, stats.size) };
      // A recently changed file may change again without a new modification time.
      if (isSettled(stats, now)) this.#cache.set(path, { found, stats });
      return found;
    } finally {
      await handle.close();
    }
  }
}

const statOrNothing = (path: string): Promise<Stats | undefined> =>
  new Promise((resolve, reject) => {
    stat(path, (error, stats) => {
      if (error === null) resolve(stats);
      else if (isMissing(error)) resolve(undefined);
      else reject(error);
    });
  });

const isSame = (one: Stats, other: Stats | undefined): boolean =>
  other !== undefined &&
  one.ino === other.ino &&
  one.size === other.size &&
  one.mtimeMs === other.mtimeMs &&
  one.ctimeMs === other.ctimeMs &&
  one.dev === other.dev;
