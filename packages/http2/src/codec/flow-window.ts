/** The largest window that a peer may be given (RFC 9113 6.9.1). */
export const maxWindowSize = 0x7fffffff;

/** The initial window of a connection and, unless a setting changes it, of streams (RFC 9113 6.9.2). */
export const defaultWindowSize = 65_535;

/**
 * The receive window of a stream or the connection. It is reopened in steps of half its size, so that few WINDOW_UPDATE
 * frames are sent.
 *
 * Source: RFC 9113 sections 5.2 and 6.9; Kestrel `InputFlowControl`
 */
export class ReceiveWindow {
  readonly #size: number;
  #available: number;
  /** Bytes consumed since the last WINDOW_UPDATE. */
  #consumed = 0;

  constructor(size: number) {
    this.#size = size;
    this.#available = size;
  }

  /** Bytes that the client may still send. */
  get available(): number {
    return this.#available;
  }

  /** Whether less than half of the window is open: it is filled by bytes that have not been consumed. */
  get isLow(): boolean {
    return this.#available * 2 < this.#size;
  }

  /** Counts received DATA, including padding. @returns false if the client exceeded the window */
  receive(size: number): boolean {
    if (size > this.#available) return false;
    this.#available -= size;
    return true;
  }

  /** Counts bytes that are no longer buffered. @returns the increment to send now, or 0 */
  consume(size: number): number {
    this.#consumed += size;
    if (this.#consumed * 2 < this.#size) return 0;
    const increment = this.#consumed;
    this.#consumed = 0;
    this.#available += increment;
    return increment;
  }
}

/**
 * The send window after an increment, or NaN if it would exceed 2^31-1. A window can be below 0 after the client has
 * lowered SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 6.9.2).
 */
export const increasedWindow = (window: number, increment: number): number => {
  const increased = window + increment;
  return increased > maxWindowSize ? NaN : increased;
};
