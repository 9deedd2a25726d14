import { readFileSync } from 'node:fs';
import { formatWithOptions } from 'node:util';
import { vi } from 'vitest';

/** The lines that an example logs, and the lines that the comments at its end say. */
export interface ExampleRun {
  readonly logged: readonly string[];
  readonly expected: readonly string[];
}

/**
 * Runs an example of a package. Call `vi.restoreAllMocks` afterwards.
 *
 * @param file in the folder `examples`, e.g. `express.ts`
 * @param base `import.meta.url` of a test of the package
 */
export const runExample = async (file: string, base: string): Promise<ExampleRun> => {
  const path = new URL(`../examples/${file}`, base);
  const logged: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    logged.push(formatWithOptions({ colors: false }, ...values));
  });
  vi.resetModules();
  await import(path.href);
  const expected = [...readFileSync(path, 'utf8').matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line!);
  return { logged, expected };
};
