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
  // A busy event loop runs late timers before it reads from sockets. The callback waits until it has read, so that no
  // connection times out whose bytes have arrived.
  every: (milliseconds, callback) => {
    let immediate: NodeJS.Immediate | undefined;
    const timer = setInterval(() => {
      immediate = setImmediate(callback).unref();
    }, milliseconds).unref();
    return () => {
      clearInterval(timer);
      clearImmediate(immediate);
    };
  },
};
