import { readFileSync } from 'node:fs';
import { formatWithOptions } from 'node:util';
import { vi } from 'vitest';

/** The lines that an example logs, and the lines that the comments at its end say. */
export interface ExampleRun {
  readonly logged: readonly string[];
  readonly expected: readonly string[];
}

/** Runs an example. @param path of its file */
export const runExample = async (path: URL): Promise<ExampleRun> => {
  const logged: string[] = [];
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((...values: unknown[]) => void logged.push(formatWithOptions({ colors: false }, ...values)));
  try {
    await import(path.href);
  } finally {
    log.mockRestore();
  }
  const expected = [...readFileSync(path, 'utf8').matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line!);
  return { logged, expected };
};
