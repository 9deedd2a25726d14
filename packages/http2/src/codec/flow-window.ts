/** The largest window that a peer may be given (RFC 9113 6.9.1). */
export const maxWindowSize = 0x7fffffff;

/** The window of both sides of a connection, and of streams until a setting says otherwise (RFC 9113 6.9.2). */
export const defaultWindowSize = 65_535;

/**
 * What the client may still send, on a stream or on the connection. The window is given back in steps of half its size,
 * so that it costs few frames.
 *
 * Source: RFC 9113 sections 5.2 and 6.9; Kestrel `InputFlowControl`
 */
export class ReceiveWindow {
  readonly #size: number;
  #available: number;
  /** Consumed, and not given back yet. */
  #consumed = 0;

  constructor(size: number) {
    this.#size = size;
    this.#available = size;
  }

  /** Bytes that the client may still send. */
  get available(): number {
    return this.#available;
  }

  /** DATA has come, padding counted. @returns false where the client was not allowed to send as much */
  receive(size: number): boolean {
    if (size > this.#available) return false;
    this.#available -= size;
    return true;
  }

  /** So many bytes take no more room here. @returns the increment to send now, or 0 */
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
 * The send window after an increment, or NaN where it would become larger than 2^31-1. A window can be below 0, after the
 * client has lowered SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 6.9.2).
 */
export const increasedWindow = (window: number, increment: number): number => {
  const increased = window + increment;
  return increased > maxWindowSize ? NaN : increased;
};
