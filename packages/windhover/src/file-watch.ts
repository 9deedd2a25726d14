import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Milliseconds without another change before a change is reported, because an editor may write several files. */
const quietTime = 100;

/** Watches files by name, because an editor may replace a file. */
export class FileWatch {
  readonly #changed: (file: string) => void;
  readonly #failed: (folder: string, error: Error) => void;
  readonly #folders = new Map<string, { readonly names: Set<string>; readonly watcher: FSWatcher | undefined }>();
  #timer: NodeJS.Timeout | undefined;

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
    const folder = dirname(file);
    const watched = this.#folders.get(folder);
    if (watched !== undefined) watched.names.add(basename(file));
    else this.#watchFolder(folder, basename(file));
  }

  #watchFolder(folder: string, name: string): void {
    const names = new Set([name]);
    let watcher: FSWatcher | undefined;
    try {
      watcher = watch(folder, { persistent: false }, (_event, changed) => {
        if (changed !== null && names.has(changed)) this.changedLater(`${folder}${sep}${changed}`);
      });
      // A deleted folder has no more changes.
      watcher.on('error', () => watcher?.close());
    } catch (error) {
      this.#failed(folder, error as Error);
    }
    this.#folders.set(folder, { names, watcher });
  }

  /** Reports a change after the quiet time. */
  changedLater(file: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed(file), quietTime);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const { watcher } of this.#folders.values()) watcher?.close();
  }
}

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
