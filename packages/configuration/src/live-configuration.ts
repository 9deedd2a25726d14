import type { GenericSchema, InferOutput } from 'valibot';
import type { Configuration } from './configuration.ts';
import { ConfigurationError, type ConfigurationProblem } from './errors.ts';
import { type ConfigurationOptions, bindConfiguration, checkOptions, readLayers } from './load-configuration.ts';
import { checkOptionNames } from './option-names.ts';
import type { WatchOptions } from './watched-files.ts';

/** Callbacks for changes of a configuration. */
export interface LiveConfigurationHandlers<T> {
  /** Called with a new configuration, which becomes the current one when this callback has finished without an error. */
  onChanged(next: Configuration<T>, current: Configuration<T>): void | Promise<void>;
  /**
   * Called if the configuration could not be loaded or `onChanged` threw; the current one stays. Also if files cannot be
   * watched. If it throws itself because of a watched file, Node.js prints a warning, and the files are still watched.
   */
  onFailed(error: unknown): void;
  /**
   * Called if files that values were read from are missing or empty, e.g. while an editor writes them. The current
   * configuration stays, and the files are read when they have content again. Called once until then. Default `onFailed`.
   */
  onFilesMissing?(error: ConfigurationError): void;
}

/** How one reload treats failures and files without content, and whether a new configuration is passed on. */
interface Reload<T> {
  failed(error: unknown): void;
  filesMissing(error: ConfigurationError): void;
  isWorthIt(next: Configuration<T>): boolean;
}

/** A configuration that can change while the program runs: on `reload`, and when its files change. */
export class LiveConfiguration<S extends GenericSchema> implements Disposable {
  readonly #options: ConfigurationOptions<S>;
  readonly #handlers: LiveConfigurationHandlers<InferOutput<S>>;
  #current: Configuration<InferOutput<S>>;
  #reloading: Promise<void> = Promise.resolve();
  #watched: Disposable | undefined;
  #isDisposed = false;
  /** Whether `onFilesMissing` was called, and the files have no content yet. */
  #isMissing = false;

  /**
   * @param current the configuration that was loaded with these options
   * @throws TypeError for an unknown option or handler
   */
  constructor(
    options: ConfigurationOptions<S>,
    current: Configuration<InferOutput<S>>,
    handlers: LiveConfigurationHandlers<InferOutput<S>>,
  ) {
    checkOptions('LiveConfiguration', options);
    checkOptionNames('LiveConfiguration', handlers, ['onChanged', 'onFailed', 'onFilesMissing']);
    this.#options = options;
    this.#current = current;
    this.#handlers = handlers;
  }

  get current(): Configuration<InferOutput<S>> {
    return this.#current;
  }

  /**
   * Loads every layer again. Reloads run one after the other. It rejects only if `failed` throws. A file that has become
   * missing or empty is a failure.
   *
   * @param failed called if this reload fails; default `onFailed`
   */
  reload(failed: (error: unknown) => void = (error) => this.#handlers.onFailed(error)): Promise<void> {
    return this.#queue({ failed, filesMissing: failed, isWorthIt: () => true });
  }

  /** Reloads because of the files. A missing or empty file is no failure here, because it may be about to be written. */
  #reloadFiles(isWorthIt: Reload<InferOutput<S>>['isWorthIt']): Promise<void> {
    return this.#queue({
      failed: (error) => this.#reportFailed(error),
      filesMissing: (error) => this.#reportMissing(error),
      isWorthIt,
    });
  }

  #reloadChanged(): Promise<void> {
    return this.#reloadFiles((next) => {
      const wasMissing = this.#isMissing;
      this.#isMissing = false;
      return !wasMissing || this.#differs(next);
    });
  }

  #missingFiles(files: readonly string[]): ConfigurationError | undefined {
    const missing = this.#current.files.filter((file) => !files.includes(file));
    return missing.length === 0 ? undefined : new ConfigurationError(missing.map(missingProblem));
  }

  #reportMissing(error: ConfigurationError): void {
    if (this.#isMissing) return;
    this.#isMissing = true;
    if (this.#handlers.onFilesMissing === undefined) this.#handlers.onFailed(error);
    else this.#handlers.onFilesMissing(error);
  }

  /** Nothing waits for a reload that a file has caused, so an error of the callback would end the process. */
  #reportFailed(error: unknown): void {
    try {
      this.#handlers.onFailed(error);
    } catch (thrown) {
      const detail = process.getBuiltinModule('node:util').inspect(thrown);
      const message = 'onFailed of a LiveConfiguration has failed itself; its files are still watched.';
      process.emitWarning(message, { code: 'CONFIGURATION_CALLBACK_FAILED', detail });
    }
  }

  #differs(next: Configuration<InferOutput<S>>): boolean {
    return !process.getBuiltinModule('node:util').isDeepStrictEqual(next.values, this.#current.values);
  }

  #queue(reload: Reload<InferOutput<S>>): Promise<void> {
    // A callback that has thrown must not end the later reloads.
    const run = (): Promise<void> => this.#reload(reload);
    return (this.#reloading = this.#reloading.then(run, run));
  }

  async #reload({ failed, filesMissing, isWorthIt }: Reload<InferOutput<S>>): Promise<void> {
    if (this.#isDisposed) return;
    try {
      const read = await readLayers(this.#options.layers);
      // Before the values are checked: without the file, a required file or key would be reported as a failure.
      const missing = this.#missingFiles(read.files);
      if (missing !== undefined) return filesMissing(missing);
      const next = await bindConfiguration(this.#options, read);
      if (!isWorthIt(next)) return;
      await this.#handlers.onChanged(next, this.#current);
      this.#current = next;
    } catch (error) {
      failed(error);
    }
  }

  /**
   * Reloads from now on when a file of a layer is changed, created or deleted. Loads the code for watching.
   *
   * @throws TypeError for an unknown option
   */
  async watch(options: WatchOptions = {}): Promise<void> {
    checkOptionNames('watch', options, ['quietTime', 'delay', 'watchFolder']);
    const files = this.#options.layers.flatMap(({ file }) => file ?? []);
    const { WatchedFiles } = await import('./watched-files.ts');
    if (this.#isDisposed || this.#watched !== undefined) return;
    const handlers = {
      onChanged: () => void this.#reloadChanged(),
      onFailed: (error: unknown) => this.#reportFailed(error),
    };
    this.#watched = new WatchedFiles(files, handlers, options);
    // The files may have changed since the current configuration was loaded.
    await this.#reloadFiles((next) => this.#differs(next));
  }

  /** Stops watching and reloading. A running reload finishes. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#watched?.[Symbol.dispose]();
  }
}

const missingProblem = (path: string): ConfigurationProblem => ({
  code: 'CONFIGURATION_FILE_MISSING',
  key: '',
  source: { kind: 'unread', path },
  message:
    'the file is missing or empty, and its values stay in effect until it has content; restart to run without it',
});
