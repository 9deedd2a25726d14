import { isThenable } from '@windhover/thrown-values';
import { HttpError } from '../errors.ts';

/**
 * The `onStarting` callbacks of a response. They run before its head is sent, the last registered first, and may still change
 * the head.
 *
 * Source: Kestrel `HttpProtocol.FireOnStarting`
 */
export class StartingCallbacks {
  /** Callbacks that have not run. */
  #waiting: (() => unknown)[] = [];
  /** Callbacks that also run for an error response, including those that have run. */
  #alsoOnError: (() => unknown)[] | undefined;
  #isRunning = false;

  /** Whether a callback is running. It must not write, send, end or upgrade. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** @param alsoOnError whether the callback runs again for the error response that replaces this one */
  add(callback: () => unknown, alsoOnError: boolean): void {
    this.#waiting.push(callback);
    if (alsoOnError) (this.#alsoOnError ??= []).push(callback);
  }

  /**
   * Runs the callbacks, including those that are added meanwhile.
   *
   * @throws the error of a callback, which then does not run for the error response
   * @throws HttpError `HTTP_ON_STARTING_INVALID` for a callback that returns a promise
   */
  run(): void {
    let callback: (() => unknown) | undefined;
    this.#isRunning = true;
    try {
      while ((callback = this.#waiting.pop()) !== undefined) refusePromise(callback());
    } catch (error) {
      this.#alsoOnError = this.#alsoOnError?.filter((other) => other !== callback);
      throw error;
    } finally {
      this.#isRunning = false;
    }
  }

  /**
   * Prepares for another head, because the fields of this one are cleared: callbacks that have not run stay, and those
   * of an error response run again.
   */
  restart(): void {
    const waiting = new Set(this.#waiting);
    for (const callback of this.#alsoOnError ?? []) if (!waiting.has(callback)) this.#waiting.push(callback);
  }

  /** Keeps the callbacks of an error response: those registered for it, even if they have run. */
  resetForError(): void {
    this.#waiting = this.#alsoOnError?.slice() ?? [];
  }

  /** Drops the callbacks that have not run. */
  clear(): void {
    this.#waiting = [];
  }
}

/** An async callback would change the head after it was sent. Its rejection must not end the process. */
const refusePromise = (result: unknown): void => {
  if (!isThenable(result)) return;
  result.then(undefined, () => {});
  throw new HttpError('HTTP_ON_STARTING_INVALID', 'it is async, and the head cannot wait for it');
};
