/** The time source of the supervisor. Tests pass a clock that they advance themselves. */
export interface Clock {
  /** The current time in milliseconds; monotonic. */
  now(): number;
  /** Calls the callback once after a delay. The returned function cancels the call. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The longest delay of a timer, in milliseconds. With a longer delay Node.js calls back immediately. */
export const longestTimer: number = 2 ** 31 - 1;

/** The machine's monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    if (milliseconds > longestTimer) return () => undefined;
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
