/** Limits concurrency to a number of places. If all are taken, callers wait in order. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** @returns a promise of the function that releases the place; call it once */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    return this.#giveBack;
  }

  readonly #giveBack = (): void => {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  };
}

const poolSize = Number(process.env['UV_THREADPOOL_SIZE']) || 4;

/** Places in the thread pool of Node.js for all compression of the process; one thread is left for files and DNS. */
export const poolTurns = new Turns(Math.max(1, poolSize - 1));
