import type { WebHost } from '@windhover/hosting';
import { createHostBuilder } from 'windhover';
import { describe, expect, it } from 'vitest';
import { readText } from './workspace-packages.ts';

const readme = readText('README.md');

describe('README.md', () => {
  it('has a first host that runs', async () => {
    const [, example] = /```ts\n([^]*?)```/.exec(readme)!;
    const importLine = "import { createHostBuilder } from 'windhover';\n";
    const lastLine = 'await host.run();\n';
    expect(example).toMatch(importLine);
    expect(example).toMatch(lastLine);
    const body = example!
      .replace(importLine, '')
      .replace('http://localhost:5000', 'http://127.0.0.1:0')
      .replace(lastLine, 'return host;');
    // oxlint-disable-next-line typescript/no-implied-eval -- the text is our own README
    const makeHost = new Function('createHostBuilder', body) as (create: typeof createHostBuilder) => WebHost;
    await using host = makeHost(createHostBuilder);
    await host.start();
    const answer = await fetch(`${host.addresses[0]}/hello/world`, { headers: { connection: 'close' } });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe('Hello/world');
  });

  it('names commands that are there', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/(?:`|^)npm (?:run )?(\w+)/gm)].map(([, name]) => name!);
    expect(named).toEqual(expect.arrayContaining(['start', 'test', 'build', 'bench']));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
