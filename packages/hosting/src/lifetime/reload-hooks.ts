/** Reads something again that may have changed, e.g. configuration or certificates. */
export type ReloadHook = () => void | Promise<void>;

/** The hooks that a reload calls. Reloads run one at a time; requests during a reload are combined into one more. */
export class ReloadHooks {
  readonly #hooks = new Set<ReloadHook>();
  readonly #failed: (error: unknown) => void;
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<boolean> | undefined;

  /** @param failed called for each hook that throws; the remaining hooks still run */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get isEmpty(): boolean {
    return this.#hooks.size === 0;
  }

  /** @returns a function that removes the hook */
  add(hook: ReloadHook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** @returns whether every hook succeeded */
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
