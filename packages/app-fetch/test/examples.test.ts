import { afterEach, describe, expect, it, vi } from 'vitest';
import { runExample } from '../../../tools/test-support/run-example.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('frameworks with a fetch method', () => {
  it.each(['hono.ts', 'h3.ts', 'itty-router.ts', 'trpc.ts'])('%s answers as it says', async (file) => {
    const { logged, expected } = await runExample(new URL(`../examples/${file}`, import.meta.url));
    expect(logged).toEqual(expected);
  });
});
