import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as http1 from '../src/index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    const example = read('../examples/decode.ts');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(values.join(' ')));
    await import('../examples/decode.ts');
    expect(lines).toEqual([...example.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line));
  });

  it('names every value that the package exports', () => {
    for (const name of Object.keys(http1)) expect(readme).toContain(name);
  });
});
