// Captured before a test can replace them by fake timers.
const { setImmediate: soon, setTimeout: later } = globalThis;

/**
 * Number of turns in which the condition is checked; after that every few milliseconds, to leave time for other
 * processes.
 */
const eagerLooks = 50;
const interval = 5;

/** Milliseconds; below the test timeout of `vitest.config.ts`, so that a failed wait reports its condition. */
const patience = Number(process.env['TEST_PATIENCE'] ?? 50_000);

/**
 * Waits until a condition is true, with the event loop running in between.
 *
 * @throws when the condition is still false after 50 s; the error names the condition
 */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + patience;
  for (let look = 0; !(await condition()); look++) {
    if (performance.now() > end) throw new Error(`Waited ${patience / 1000} s in vain for ${condition.toString()}`);
    await new Promise<void>((resolve) => (look < eagerLooks ? soon(resolve) : later(resolve, interval)));
  }
};
