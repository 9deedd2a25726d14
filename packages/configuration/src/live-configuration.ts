import { isDeepStrictEqual } from 'node:util';
import type { GenericSchema, InferOutput } from 'valibot';
import type { Configuration } from './configuration.ts';
import { type ConfigurationOptions, loadConfiguration } from './load-configuration.ts';
import type { WatchOptions } from './watched-files.ts';

/** Who is told when a configuration changes. */
export interface LiveConfigurationHandlers<T> {
  /** There is another configuration. It is the current one once this has ended without an error. */
  changed(next: Configuration<T>, current: Configuration<T>): void | Promise<void>;
  /** It could not be loaded, or `changed` threw; the current one stays. Or files cannot be watched. */
  failed(error: unknown): void;
}

/** A configuration that can change while the program runs: when it is told to, and when its files change. */
export class LiveConfiguration<S extends GenericSchema> implements Disposable {
  readonly #options: ConfigurationOptions<S>;
  readonly #handlers: LiveConfigurationHandlers<InferOutput<S>>;
  #current: Configuration<InferOutput<S>>;
  #reloading: Promise<void> = Promise.resolve();
  #watched: Disposable | undefined;
  #isDisposed = false;

  /** @param current what these options have been loaded to */
  constructor(
    options: ConfigurationOptions<S>,
    current: Configuration<InferOutput<S>>,
    handlers: LiveConfigurationHandlers<InferOutput<S>>,
  ) {
    this.#options = options;
    this.#current = current;
    this.#handlers = handlers;
  }

  get current(): Configuration<InferOutput<S>> {
    return this.#current;
  }

  /** Loads every layer anew, one reload after the other. It never rejects. */
  reload(): Promise<void> {
    return this.#queue(() => true);
  }

  #queue(isWorthIt: (next: Configuration<InferOutput<S>>) => boolean): Promise<void> {
    return (this.#reloading = this.#reloading.then(() => this.#reload(isWorthIt)));
  }

  async #reload(isWorthIt: (next: Configuration<InferOutput<S>>) => boolean): Promise<void> {
    if (this.#isDisposed) return;
    try {
      const next = await loadConfiguration(this.#options);
      if (!isWorthIt(next)) return;
      await this.#handlers.changed(next, this.#current);
      this.#current = next;
    } catch (error) {
      this.#handlers.failed(error);
    }
  }

  /** Reloads from now on when a file of a layer changes, appears or vanishes. The code for it is loaded now. */
  async watch(options?: WatchOptions): Promise<void> {
    const files = this.#options.layers.flatMap(({ file }) => file ?? []);
    const { WatchedFiles } = await import('./watched-files.ts');
    if (this.#isDisposed || this.#watched !== undefined) return;
    const handlers = {
      changed: () => void this.reload(),
      failed: (error: unknown) => this.#handlers.failed(error),
    };
    this.#watched = new WatchedFiles(files, handlers, options);
    // Nobody has watched since the current one was loaded.
    await this.#queue((next) => !isDeepStrictEqual(next.values, this.#current.values));
  }

  /** No more reloads. One that runs ends. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#watched?.[Symbol.dispose]();
  }
}
