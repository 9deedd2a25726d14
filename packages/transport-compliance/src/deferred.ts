/** A promise with its `resolve` outside; `Promise.withResolvers` for the language level that the packages keep to. */
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
