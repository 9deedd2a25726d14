/** Reads something again that may have changed, e.g. configuration or certificates. */
export type ReloadHook = () => void | Promise<void>;

/**
 * What is done when a host is asked to reload: one reload at a time, and requests that come meanwhile are one more.
 */
export class ReloadHooks {
  readonly #hooks = new Set<ReloadHook>();
  readonly #failed: (error: unknown) => void;
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<boolean> | undefined;

  /** @param failed told of each hook that throws; the others are called all the same */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get isEmpty(): boolean {
    return this.#hooks.size === 0;
  }

  /** @returns takes the hook away */
  add(hook: ReloadHook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** @returns whether every hook has succeeded */
  reload(): Promise<boolean> {
    if (this.#next === undefined) {
      this.#next = this.#last.then(() => {
        this.#next = undefined;
        return this.#reload();
      });
      this.#last = this.#next;
    }
    return this.#next;
  }

  async #reload(): Promise<boolean> {
    let succeeded = true;
    for (const hook of this.#hooks) {
      try {
        await hook();
      } catch (error) {
        succeeded = false;
        this.#failed(error);
      }
    }
    return succeeded;
  }
}
