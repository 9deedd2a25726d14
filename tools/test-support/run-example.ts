import { readFileSync } from 'node:fs';
import { formatWithOptions } from 'node:util';
import { vi } from 'vitest';

/** The lines that an example logs, and the lines that the comments at its end say. */
export interface ExampleRun {
  readonly logged: readonly string[];
  readonly expected: readonly string[];
}

const kept = fetch;

/** `fetch` without keep-alive: a server that stops waits a second or two for a request on an idle connection. */
const fetchAlone: typeof fetch = (input, init) => {
  const request = new Request(input, init);
  request.headers.set('connection', 'close');
  return kept(request);
};

/** Runs an example. @param path of its file */
export const runExample = async (path: URL): Promise<ExampleRun> => {
  const logged: string[] = [];
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((...values: unknown[]) => void logged.push(formatWithOptions({ colors: false }, ...values)));
  const fetching = vi.spyOn(globalThis, 'fetch').mockImplementation(fetchAlone);
  try {
    await import(path.href);
  } finally {
    fetching.mockRestore();
    log.mockRestore();
  }
  const expected = [...readFileSync(path, 'utf8').matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line!);
  return { logged, expected };
};
