import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { ListenMethods, serverErrors } from '../src/index.ts';
import { resolveServerOptions } from '../src/server-options.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it.each(['bare-server', 'beside-http'])('shows the example %s, and what it prints', async (name) => {
    await expect(readme.expectExample(`examples/${name}.ts`)).resolves.toBeUndefined();
  });

  it('lists every option with its default', () => {
    const rows = readme.plainTableUnder('Options').map(([name, value]) => [name!, value] as const);
    const options = resolveServerOptions({ transports: [], protocols: [] });
    expect(new Set(rows.map(([name]) => name))).toEqual(new Set(Object.keys(options)));
    expect(Object.fromEntries(rows)).toMatchObject({
      rejectedConnections: options.rejectedConnections,
      serverHeader: options.serverHeader,
      dateHeader: String(options.dateHeader),
    });
  });

  it('lists every error code with its sentence', () => {
    const rows = readme.tableUnder('Errors').map(([code, says]) => [code!.replaceAll('`', ''), says]);
    expect(rows).toEqual(Object.entries(serverErrors));
  });

  it('lists every way to listen', () => {
    const ways = Object.getOwnPropertyNames(ListenMethods.prototype).filter((name) => name.startsWith('listen'));
    expect(ways.length).toBeGreaterThan(4);
    for (const way of ways) expect(readme.text).toContain(`\`${way}(`);
  });
});
