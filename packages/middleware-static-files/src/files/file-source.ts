import { type Stats, stat } from 'node:fs';
import { FileCache } from './file-cache.ts';
import { type FoundFile, describeFile, isSettled } from './found-file.ts';
import { isMissing, openFile } from './opened-file.ts';
import { readWhole } from './file-reading.ts';

/** Larger files are read from disk for each request. In bytes. */
const maxSizeInMemory = 64 * 1024;

/** The files below a folder. Small ones are kept in memory, and compared with the disk each time. */
export class FileSource {
  readonly root: string;
  /** The folder in which files must be once links are followed; `undefined` for anywhere. */
  readonly boundary: string | undefined;
  readonly #cache: FileCache;
  readonly #now: () => number;

  /** @param root absolute path without a slash at its end */
  constructor(root: string, options: { outsideLinks: boolean; cacheSize: number; now?: () => number }) {
    this.root = root;
    this.boundary = options.outsideLinks ? undefined : root;
    this.#cache = new FileCache(options.cacheSize);
    this.#now = options.now ?? Date.now;
  }

  /** Bytes that the files in memory take. */
  get cachedBytes(): number {
    return this.#cache.size;
  }

  /**
   * Finds a file, in memory or open.
   *
   * @param path below the folder, begins with `/`; `isServablePath` holds for it
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
      // A file that was changed a moment ago may change again without a new time of change.
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
