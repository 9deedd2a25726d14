import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between samples of the event loop; the measured delay of an idle loop. */
const resolution = 10;
/** Milliseconds over which the delay is averaged. */
const period = 500;

/**
 * Makes a function that returns the delay of the event loop in milliseconds, averaged over the last half second.
 * Sampling begins with the first call, and does not keep the process alive.
 */
export const eventLoopDelay = (now: () => number = () => performance.now()): (() => number) => {
  let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;
  let since = 0;
  let delay = 0;
  return () => {
    const time = now();
    if (histogram === undefined) {
      histogram = monitorEventLoopDelay({ resolution });
      histogram.enable();
      since = time;
    }
    // A loop that is blocked for longer than the period has no new sample, so the last measurement remains valid.
    if (time - since < period || histogram.count === 0) return delay;
    since = time;
    // The mean is in nanoseconds.
    delay = Math.max(0, histogram.mean / 1e6 - resolution);
    histogram.reset();
    return delay;
  };
};
