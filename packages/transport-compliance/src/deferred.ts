/** A promise that is resolved from outside: `Promise.withResolvers`, which is newer than the language level of the packages. */
export class Deferred<T = void> {
  readonly promise: Promise<T>;
  #resolve!: (value: T) => void;

  constructor() {
    this.promise = new Promise((resolve) => (this.#resolve = resolve));
  }

  resolve(value: T): void {
    this.#resolve(value);
  }
}
