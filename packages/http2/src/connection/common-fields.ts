/** Fields of all responses: Date (RFC 9110 6.6.1), formatted once a second, and Server. */
export class CommonFields {
  /** `undefined` for none. */
  readonly server: string | undefined;
  readonly #wallClock: () => number;
  readonly #hasDate: boolean;
  #second = Number.NaN;
  #date: string | undefined;

  constructor(serverHeader: string | null, dateHeader: boolean, wallClock: () => number) {
    this.server = serverHeader ?? undefined;
    this.#hasDate = dateHeader;
    this.#wallClock = wallClock;
  }

  /** `undefined` for none. */
  get date(): string | undefined {
    return this.#date;
  }

  /** Reads the clock; called once for each chunk or turn, not for each response. */
  refresh(): void {
    if (!this.#hasDate) return;
    const second = Math.floor(this.#wallClock() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#date = new Date(second * 1000).toUTCString();
  }
}
