import { formatWithOptions } from 'node:util';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('frameworks with a (req, res) handler', () => {
  it.each(['express', 'koa', 'fastify'])('%s answers as its example says', async (name) => {
    const path = new URL(`../examples/${name}.ts`, import.meta.url);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
      lines.push(formatWithOptions({ colors: false }, ...values));
    });
    await import(path.href);
    const expected = [...readFileSync(path, 'utf8').matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line);
    expect(lines).toEqual(expected);
  });
});
