import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serverErrors } from '../src/index.ts';
import { resolveServerOptions } from '../src/server-options.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

afterEach(() => {
  vi.restoreAllMocks();
});

/** The rows of the table below a heading, cell by cell. */
const tableOf = (heading: string): string[][] => {
  const section = readme.split(/^## /m).find((part) => part.startsWith(heading))!;
  const rows = [...section.matchAll(/^\| (.*) \|$/gm)].map(([, row]) => row!.split('|').map((cell) => cell.trim()));
  return rows.slice(2);
};

describe('README', () => {
  it.each(['bare-server', 'beside-http'])('shows the example %s, and what it prints', async (name) => {
    const example = read(`../examples/${name}.ts`);
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(values.join(' ')));
    await import(`../examples/${name}.ts`);
    expect(lines).toEqual([...example.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line));
  });

  it('lists every option with its default', () => {
    const rows = tableOf('Options').map(([name, value]) => [name!.replaceAll('`', ''), value]);
    const options = resolveServerOptions({ transports: [], protocols: [] });
    expect(new Set(rows.map(([name]) => name))).toEqual(new Set(Object.keys(options)));
    expect(Object.fromEntries(rows)).toMatchObject({
      serverHeader: `\`${options.serverHeader}\``,
      dateHeader: `\`${options.dateHeader}\``,
    });
  });

  it('lists every error code with its sentence', () => {
    expect(tableOf('Errors')).toEqual(Object.entries(serverErrors).map(([code, says]) => [`\`${code}\``, says]));
  });

  it('lists every way to listen', async () => {
    const { WindhoverServer } = await import('../src/index.ts');
    const ways = Object.getOwnPropertyNames(WindhoverServer.prototype).filter((name) => name.startsWith('listen'));
    expect(ways.length).toBeGreaterThan(4);
    for (const way of ways) expect(readme).toContain(`\`${way}(`);
  });
});
