import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as http from '../src/index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

/** The rows of the tables under a heading, cell by cell. */
const rowsUnder = (heading: string): string[][] => {
  const section = readme.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return [...section.matchAll(/^\| (`.*) \|$/gm)].map(([, row]) => row!.split(' | ').map((cell) => cell.trim()));
};

const code = (cell: string | undefined): string => cell!.replaceAll('`', '');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    const example = read('../examples/pipeline.ts');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(values.join(' ')));
    await import('../examples/pipeline.ts');
    const shown = example.slice(example.indexOf('await handle('));
    expect(lines).toEqual([...shown.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line));
  });

  it('lists every limit with its default', () => {
    const rows = rowsUnder('Limits').map(([name, value]) => [code(name), JSON.parse(code(value)) as unknown]);
    const { http2, ...limits } = http.httpLimitDefaults;
    const ofHttp2 = Object.entries(http2).map(([name, value]) => [`http2.${name}`, value]);
    expect(rows).toEqual([...Object.entries(limits), ...ofHttp2]);
  });

  it('lists the options of pathBase with their defaults', () => {
    const [, value] = rowsUnder('The pipeline').find(([name]) => code(name) === 'outside')!;
    expect(http.pathBaseDefaults).toEqual({ outside: code(value) });
  });

  it('lists every error code with its message', () => {
    const rows = rowsUnder('Errors').map(([name, message]) => [code(name), message]);
    expect(rows).toEqual(Object.entries(http.httpErrors));
  });

  it('lists every feature key', () => {
    const rows = rowsUnder('Features').map(([name]) => code(name));
    const keys = Object.keys(http).filter((name) => name.endsWith('Feature'));
    expect(rows.toSorted()).toEqual(keys.toSorted());
  });

  it('every file of features has its key in the index', () => {
    const files = readdirSync(new URL('../src/features/', import.meta.url));
    for (const file of files) expect(read('../src/index.ts')).toContain(`./features/${file}`);
  });
});
