import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inspect } from 'node:util';
import { addressErrors } from '../src/index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    const example = read('../examples/resolve-urls.ts');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
      lines.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '));
    });
    await import('../examples/resolve-urls.ts');
    expect(lines).toEqual([...example.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line));
  });

  it('lists every error code with its sentence', () => {
    const rows = [...readme.matchAll(/^\| `(ADDRESS_[A-Z\d_]+)` +\| (.*?) +\|$/gm)].map(([, code, sentence]) => [
      code,
      sentence,
    ]);
    expect(rows).toEqual(
      Object.entries(addressErrors).map(([code, text]) => [code, text.replaceAll('*', String.raw`\*`)]),
    );
  });
});
