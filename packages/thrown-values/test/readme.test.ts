import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    const example = read('../examples/report.ts');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(values.join(' ')));
    await import('../examples/report.ts');
    expect(lines).toEqual([...example.matchAll(/^\/\/ (.*[^.\n])$/gm)].map(([, line]) => line));
  });
});
