/** The seed of random tests in this run. `vitest.config.ts` prints it; the variable `TEST_SEED` sets it. */
export const testSeed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31);
