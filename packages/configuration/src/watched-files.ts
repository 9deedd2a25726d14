import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Delay, systemDelay } from './delay.ts';
import { type WatchFolder, watchFolder } from './folder-watch.ts';
import { type WatchPoint, watchPointsOf } from './watch-points.ts';

/** Options for watching files. */
export interface WatchOptions {
  /** Milliseconds without another change before a change is reported, so that a file is read when complete. Default 250. */
  readonly quietTime?: number;
  /** Default the machine's timers. */
  readonly delay?: Delay;
  /** Default `fs.watch`. */
  readonly watchFolder?: WatchFolder;
}

/** Callbacks for watched files. */
export interface WatchHandlers {
  /** Called when the content of a file has changed, or a file was created or deleted. */
  onChanged(): void;
  /** Called when a folder cannot be watched, e.g. because the system limit for watches is reached. */
  onFailed(error: unknown): void;
}

/**
 * Watches files, existing or not, through their folders. It detects a file that is created, deleted, written or replaced
 * by renaming, and a replaced link on the path to the file, as Kubernetes does.
 */
export class WatchedFiles implements Disposable {
  readonly #files: readonly string[];
  readonly #handlers: WatchHandlers;
  readonly #options: Required<WatchOptions>;
  readonly #points = new Map<string, WatchPoint & { readonly close: () => void }>();
  #contents: readonly (string | undefined)[];
  #cancelDelay: (() => void) | undefined;

  /** @param files absolute paths */
  constructor(
    files: readonly string[],
    handlers: WatchHandlers,
    { quietTime = 250, delay = systemDelay, watchFolder: watch = watchFolder }: WatchOptions = {},
  ) {
    this.#files = files;
    this.#handlers = handlers;
    this.#options = { quietTime, delay, watchFolder: watch };
    this.#contents = files.map(contentOf);
    this.#watch();
  }

  /** Resolves the paths again: links may have new targets, and folders may have been created or deleted. */
  #watch(): void {
    const wanted = watchPointsOf(this.#files);
    for (const [key, { close }] of this.#points) {
      close();
      this.#points.delete(key);
    }
    for (const [key, point] of wanted) this.#watchPoint(key, point);
  }

  #watchPoint(key: string, point: WatchPoint): void {
    const { folder, names } = point;
    try {
      const close = this.#options.watchFolder(folder, (name) => {
        // The deletion of a folder is reported with the name of the folder itself.
        if (name === null || names.has(name) || name === basename(folder)) this.#stirred();
      });
      this.#points.set(key, { ...point, close });
    } catch (error) {
      this.#handlers.onFailed(error);
    }
  }

  #stirred(): void {
    this.#cancelDelay?.();
    this.#cancelDelay = this.#options.delay(this.#options.quietTime, () => this.#settled());
  }

  #settled(): void {
    this.#cancelDelay = undefined;
    this.#watch();
    const contents = this.#files.map(contentOf);
    if (contents.every((content, at) => content === this.#contents[at])) return;
    this.#contents = contents;
    this.#handlers.onChanged();
  }

  [Symbol.dispose](): void {
    this.#cancelDelay?.();
    for (const { close } of this.#points.values()) close();
    this.#points.clear();
  }
}

/** The content of a file; `undefined` if it cannot be read. The reason is reported when the file is loaded. */
const contentOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
};
