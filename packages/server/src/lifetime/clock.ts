/** Where the server takes its time from. Tests hand in one that they move themselves. */
export interface Clock {
  /** Milliseconds; never goes back. */
  now(): number;
  /** Calls back again and again until the returned function is called; does not keep the process alive. */
  every(milliseconds: number, callback: () => void): () => void;
}

/** The machine's monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  every: (milliseconds, callback) => {
    const timer = setInterval(callback, milliseconds).unref();
    return () => clearInterval(timer);
  },
};
