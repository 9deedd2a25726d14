import { readFileSync } from 'node:fs';
import { formatWithOptions } from 'node:util';
import { vi } from 'vitest';

/** The output of an example, and the output that the comments at its end claim. */
export interface ExampleRun {
  readonly logged: readonly string[];
  readonly expected: readonly string[];
}

const kept = fetch;

/** `fetch` without keep-alive: a stopping server would wait a second or two for requests on idle connections. */
const fetchAlone: typeof fetch = (input, init) => {
  const request = new Request(input, init);
  request.headers.set('connection', 'close');
  return kept(request);
};

let runs = 0;

/** Runs an example, also if it has run before. @param path of its file */
export const runExample = async (path: URL): Promise<ExampleRun> => {
  const logged: string[] = [];
  const log = vi
    .spyOn(console, 'log')
    .mockImplementation((...values: unknown[]) => void logged.push(formatWithOptions({ colors: false }, ...values)));
  const fetching = vi.spyOn(globalThis, 'fetch').mockImplementation(fetchAlone);
  try {
    runs++;
    await import(`${path.href}?run=${runs}`);
  } finally {
    fetching.mockRestore();
    log.mockRestore();
  }
  const expected = [...readFileSync(path, 'utf8').matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line!);
  return { logged, expected };
};
