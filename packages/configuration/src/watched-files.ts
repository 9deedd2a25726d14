import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Delay, systemDelay } from './delay.ts';
import { type WatchFolder, watchFolder } from './folder-watch.ts';
import { type WatchPoint, watchPointsOf } from './watch-points.ts';

/** How files are watched. */
export interface WatchOptions {
  /** Milliseconds without a change before one is told, so that a file is read when it is complete. Default 250. */
  readonly quietTime?: number;
  /** Default the machine's timers. */
  readonly delay?: Delay;
  /** Default `fs.watch`. */
  readonly watchFolder?: WatchFolder;
}

/** Who is told. */
export interface WatchHandlers {
  /** The content of a file has changed, or it has appeared or vanished. */
  changed(): void;
  /** A folder cannot be watched, e.g. because the system watches too many already. */
  failed(error: unknown): void;
}

/**
 * Watches files, present or not, by the folders that they are in: a file that appears, vanishes, is written, or is
 * replaced by renaming is seen, and so is a link on the way to it that is swapped, as Kubernetes does.
 */
export class WatchedFiles implements Disposable {
  readonly #files: readonly string[];
  readonly #handlers: WatchHandlers;
  readonly #options: Required<WatchOptions>;
  readonly #points = new Map<string, WatchPoint & { readonly close: () => void }>();
  #contents: readonly (string | undefined)[];
  #cancelDelay: (() => void) | undefined;

  /** @param files absolute paths */
  constructor(files: readonly string[], handlers: WatchHandlers, options: WatchOptions = {}) {
    this.#files = files;
    this.#handlers = handlers;
    this.#options = { quietTime: 250, delay: systemDelay, watchFolder, ...options };
    this.#contents = files.map(contentOf);
    this.#watch();
  }

  /** Links may lead elsewhere now, and folders may have come or gone. */
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
        // A folder tells of its own end by its own name.
        if (name === null || names.has(name) || name === basename(folder)) this.#stirred();
      });
      this.#points.set(key, { ...point, close });
    } catch (error) {
      this.#handlers.failed(error);
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
    this.#handlers.changed();
  }

  [Symbol.dispose](): void {
    this.#cancelDelay?.();
    for (const { close } of this.#points.values()) close();
    this.#points.clear();
  }
}

/** `undefined` where nothing can be read; why does not matter until it is loaded. */
const contentOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
};
