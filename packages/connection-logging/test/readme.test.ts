import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectionLoggingDefaults } from '../src/index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    const example = read('../examples/log-lines.ts');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(values.join(' ')));
    await import('../examples/log-lines.ts');
    expect(lines).toEqual([...example.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line));
  });

  it('lists every option with its default', () => {
    const [, section] = readme.split('\n## Options\n');
    const rows = [...section!.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gm)].map(([, name, value]) => [name, value]);
    const { maxBytes } = connectionLoggingDefaults;
    expect(rows).toEqual([
      ['logger', "`debuglog('windhover:connection')`"],
      ['name', ''],
      ['maxBytes', `\`${maxBytes}\``],
    ]);
    expect(rows.map(([name]) => name)).toEqual(Object.keys(connectionLoggingDefaults));
  });
});
