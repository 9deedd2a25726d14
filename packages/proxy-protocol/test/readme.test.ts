import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { proxyProtocolDefaults, proxyProtocolErrors } from '../src/index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

/** The rows of the table under a heading, cell by cell, without backticks. */
const rowsUnder = (heading: string): string[][] => {
  const section = readme.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return [...section.matchAll(/^\| (`.*) \|$/gm)].map(([, row]) =>
    row!.split(' | ').map((cell) => cell.trim().replaceAll('`', '')),
  );
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    const example = read('../examples/line-server.ts');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(values.join(' ')));
    await import('../examples/line-server.ts');
    const shown = example.slice(example.indexOf('await listener.unbind'));
    expect(lines).toEqual([...shown.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line));
  });

  it('lists every option with its default', () => {
    const rows = rowsUnder('Options').map(([name, value]) => [name, value!.replaceAll("'", '')]);
    const defaults = Object.entries(proxyProtocolDefaults).map(([name, value]) => [name, String(value)]);
    expect(rows).toEqual([['trustedSources', ''], ...defaults]);
  });

  it('lists every error with its source and message', () => {
    const rows = rowsUnder('Errors').map(([code, source, message]) => [code, { source, message }]);
    expect(rows).toEqual(Object.entries(proxyProtocolErrors));
  });
});
