// Kept from before a test can replace them by fake timers.
const { setImmediate: soon, setTimeout: later } = globalThis;

/** Looks in each of the first turns of the event loop, then every few milliseconds: other processes need the processor too. */
const eagerLooks = 50;
const interval = 5;

/** Milliseconds; below the time that `vitest.config.ts` gives a test, so that a wait in vain says what it waited for. */
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
