import { type FSWatcher, existsSync, watch } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Milliseconds without another change before a change is reported, because an editor may write several files. */
const quietTime = 100;

/** A folder with the names of its watched files. */
interface WatchedFolder {
  readonly path: string;
  readonly names: Set<string>;
  watcher: FSWatcher | undefined;
}

/** Watches files by name, because an editor may replace a file, and a compiler the folder with all of its files. */
export class FileWatch {
  readonly #changed: (file: string) => void;
  readonly #failed: (folder: string, error: Error) => void;
  readonly #folders = new Map<string, WatchedFolder>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /**
   * @param changed called once for a series of changes, with one of the changed files
   * @param failed called once for each folder that cannot be watched, e.g. because the system allows no more watches
   */
  constructor(changed: (file: string) => void, failed: (folder: string, error: Error) => void) {
    this.#changed = changed;
    this.#failed = failed;
  }

  /** @param file absolute; files of installed packages are ignored */
  add(file: string): void {
    if (file.includes(`${sep}node_modules${sep}`)) return;
    const path = dirname(file);
    const folder = this.#folders.get(path) ?? this.#addFolder(path);
    folder.names.add(basename(file));
  }

  #addFolder(path: string): WatchedFolder {
    const folder: WatchedFolder = { path, names: new Set(), watcher: undefined };
    this.#folders.set(path, folder);
    this.#openFolder(folder);
    return folder;
  }

  #openFolder(folder: WatchedFolder): void {
    this.#open(folder, folder.path, (name) => {
      if (folder.names.has(name)) this.changedLater(join(folder.path, name));
      // The deletion of a folder is reported with its own name.
      else if (name === basename(folder.path)) this.#openAgain(folder);
    });
  }

  /** @param path the folder, or the one in which it is to appear */
  #open(folder: WatchedFolder, path: string, stirred: (name: string) => void): void {
    folder.watcher?.close();
    folder.watcher = undefined;
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => {
        if (name !== null && folder.watcher === watcher) stirred(name);
      });
      // On Windows this reports that the folder was deleted.
      watcher.on('error', () => {
        if (folder.watcher === watcher) this.#openAgain(folder);
      });
      folder.watcher = watcher;
    } catch (error) {
      this.#failed(folder.path, error as Error);
    }
  }

  /** Watches the folder that has taken the place of a deleted one, once it exists. */
  #openAgain(folder: WatchedFolder): void {
    if (this.#isClosed) return;
    const { path } = folder;
    const parent = nearestFolder(path);
    if (parent === path) {
      this.#openFolder(folder);
      for (const name of folder.names) this.changedLater(join(path, name));
      return;
    }
    this.#open(folder, parent, (name) => {
      if (name === basename(parent) || nearestFolder(path) !== parent) this.#openAgain(folder);
    });
    // It may have appeared before the watch.
    if (folder.watcher !== undefined && nearestFolder(path) !== parent) this.#openAgain(folder);
  }

  /** Reports a change after the quiet time. */
  changedLater(file: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed(file), quietTime);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { watcher } of this.#folders.values()) watcher?.close();
  }
}

/** The folder at a path, or the nearest one above it that exists. */
const nearestFolder = (path: string): string => {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
};

/** The files in a message with which Node.js reports loaded modules: `{ 'watch:import': ['file:///…', 'node:fs'] }`. */
export const loadedFilesOf = (message: unknown): string[] => {
  if (typeof message !== 'object' || message === null) return [];
  const { 'watch:import': imported, 'watch:require': required } = message as Record<string, unknown>;
  return [imported, required]
    .flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
    .filter((name): name is string => typeof name === 'string')
    .map((name) => (name.startsWith('file:') ? pathOf(name) : name))
    .filter((name) => name.startsWith(sep) || /^[A-Za-z]:[\\/]/.test(name));
};

/** The path of a URL; empty for a URL without one, e.g. with a host or an encoded slash. */
const pathOf = (url: string): string => {
  try {
    return fileURLToPath(url);
  } catch {
    return '';
  }
};
