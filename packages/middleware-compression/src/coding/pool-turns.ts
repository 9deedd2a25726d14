/** Gives out a number of places; those who ask when all are taken get one in the order in which they asked. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** @returns a promise of the function that gives the place back; it is called once */
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

/** Places in the thread pool of Node.js for all compression of the process; one thread is left for files and names. */
export const poolTurns = new Turns(Math.max(1, poolSize - 1));
