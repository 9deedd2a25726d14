/** Where the supervisor takes its time from. Tests hand in one that they move themselves. */
export interface Clock {
  /** Milliseconds; never goes back. */
  now(): number;
  /** Calls back once, unless the returned function is called before. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** What a timer can hold; it would fire at once beyond. */
const longest = 2 ** 31 - 1;

/** The machine's monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    if (milliseconds > longest) return () => undefined;
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
