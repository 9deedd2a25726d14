/** The server's source of time. Tests pass a clock that they advance themselves. */
export interface Clock {
  /** Monotonic time in milliseconds. */
  now(): number;
  /** Calls back at each interval until the returned function is called. It does not keep the process alive. */
  every(milliseconds: number, callback: () => void): () => void;
}

/** The machine's monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  // A busy event loop runs late timers before it reads from sockets. The callback waits for those reads, so that no
  // connection times out although its bytes have arrived.
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
