/** Milliseconds between two samples of the event loop; a free loop is sampled this late. */
const resolution = 10;
/** Milliseconds over which the delay is averaged at least. */
const period = 500;

/** By name, not by an import: this package runs in browsers, and few programs that load it need the module. */
const startHistogram = () =>
  globalThis.process?.getBuiltinModule?.('node:perf_hooks').monitorEventLoopDelay({ resolution });

/**
 * Makes a meter of the event loop: by how many milliseconds the loop is late, on average over the time between two calls,
 * which is half a second at least. It gives 0 until there is a sample. Sampling begins with the first call, and does not
 * keep the process alive. Runtimes without `perf_hooks`, e.g. browsers, always have 0.
 */
export const eventLoopDelay = (now: () => number = () => performance.now()): (() => number) => {
  let histogram: ReturnType<typeof startHistogram>;
  let since = 0;
  let delay = 0;
  return () => {
    const time = now();
    if (histogram === undefined) {
      histogram = startHistogram();
      if (histogram === undefined) return 0;
      histogram.enable();
      since = time;
    }
    // A loop that is blocked for longer than the period gives no sample in it: the earlier value still holds.
    if (time - since < period || histogram.count === 0) return delay;
    since = time;
    // The mean is in nanoseconds.
    delay = Math.max(0, histogram.mean / 1e6 - resolution);
    histogram.reset();
    return delay;
  };
};
