/** The point of a histogram, in the shape of the OpenTelemetry SDK. */
export interface HistogramPoint {
  buckets: { boundaries: number[]; counts: number[] };
  count: number;
  sum: number;
  min?: number;
  max?: number;
}

/** A histogram with explicit boundaries, which are inclusive upper bounds. Recording a value allocates nothing. */
export class HistogramCounts {
  readonly #boundaries: readonly number[];
  readonly #counts: Float64Array;
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  /** @param boundaries in ascending order */
  constructor(boundaries: readonly number[]) {
    this.#boundaries = boundaries;
    this.#counts = new Float64Array(boundaries.length + 1);
  }

  get count(): number {
    return this.#count;
  }

  record(value: number): void {
    const boundaries = this.#boundaries;
    let bucket = 0;
    while (bucket < boundaries.length && value > boundaries[bucket]!) bucket++;
    this.#counts[bucket]!++;
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** A copy of the numbers. */
  toPoint(): HistogramPoint {
    return {
      buckets: { boundaries: [...this.#boundaries], counts: [...this.#counts] },
      count: this.#count,
      sum: this.#sum,
      ...(this.#count > 0 && { min: this.#min, max: this.#max }),
    };
  }
}
