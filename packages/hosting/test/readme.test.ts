import { readFileSync } from 'node:fs';
import { WebHostBuilder, defaultShutdownTimeout, hostErrors } from '@windhover/hosting';
import { afterEach, describe, expect, it, vi } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    const example = read('../examples/greeting.ts');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(values.join(' ')));
    await import('../examples/greeting.ts');
    expect(lines).toEqual([...example.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line));
  });

  it('lists every method of the builder, and the shutdown timeout', () => {
    const rows = [...readme.matchAll(/^\| `(\w+)\([^|]*\)` +\|/gm)].map(([, name]) => name);
    const methods = Object.getOwnPropertyNames(WebHostBuilder.prototype).filter((name) => name !== 'constructor');
    expect(rows).toEqual(expect.arrayContaining(methods));
    expect(readme).toMatch(new RegExp(`useShutdownTimeout\\(ms\\)\` +\\| ${defaultShutdownTimeout} `));
  });

  it('lists every code', () => {
    const codes = [...readme.matchAll(/^\| `(HOST_\w+)`/gm)].map(([, code]) => code);
    expect(codes).toEqual(Object.keys(hostErrors));
  });
});
