import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';

// Uses the built package: build before testing.
const index = pathToFileURL(fileURLToPath(new URL('../dist/index.js', import.meta.url))).href;
const cli = new URL('cli.js', index).href;
const folder = mkdtempSync(join(tmpdir(), 'windhover-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** The packages that were loaded when a program has ended. */
const loadedBy = async (program: string, exitCode = 0): Promise<readonly string[]> => {
  const hooks = `import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => { process._rawDebug('loaded ' + url); return next(url, context); } });`;
  writeFileSync(join(folder, 'hooks.mjs'), hooks);
  writeFileSync(
    join(folder, 'program.mjs'),
    program.replaceAll('windhover-cli', cli).replaceAll(/'windhover'/g, `'${index}'`),
  );
  const child = new Child(['--import', './hooks.mjs', 'program.mjs'], { cwd: folder });
  expect(await child.exited).toBe(exitCode);
  const names = [...child.output.matchAll(/^loaded .*\/([\w-]+)\/dist\/[^/]*$/gm)].map(([, name]) => name!);
  return [...new Set(names)].toSorted();
};

/** The modules of Node.js that a program has loaded when it has run. */
const builtinsOf = async (program: string): Promise<readonly string[]> => {
  writeFileSync(
    join(folder, 'builtins.mjs'),
    `import { isBuiltin } from 'node:module';
    process.on('exit', () => {
      const loaded = process.moduleLoadList.filter((entry) => entry.startsWith('NativeModule ')).map((entry) => entry.slice(13));
      process._rawDebug('builtins ' + loaded.filter((name) => isBuiltin('node:' + name)).join(' '));
    });`,
  );
  writeFileSync(join(folder, 'builtins-program.mjs'), program.replaceAll(/'windhover'/g, `'${index}'`));
  const child = new Child(['--import', './builtins.mjs', 'builtins-program.mjs'], { cwd: folder });
  expect(await child.exited).toBe(0);
  return /^builtins (.*)$/m.exec(child.output)![1]!.split(' ');
};

const protocols = ['http', 'http1', 'http1-codec'];
const always = ['connections', 'features', 'hosting', 'server', 'transport-sockets', 'windhover'];
const reporting = ['diagnostics', 'thrown-values'];
const host = [...always, ...protocols, ...reporting, 'addresses'].toSorted();

describe('a mistake on the command line', () => {
  it.each([{ args: ['reload'] }, { args: ['config', '-x'] }, { args: ['init'] }, { args: ['static', '-x'] }])(
    '$args: loads no other package',
    async ({ args }) => {
      expect(
        await loadedBy(`process.argv.push(...${JSON.stringify(args)}); await import('windhover-cli');`, 2),
      ).toEqual(['windhover']);
    },
  );
});

describe('what is loaded', () => {
  it.each([
    { what: 'an import', program: `import 'windhover';`, loads: host },
    {
      what: 'a host',
      program: `import { createHostBuilder } from 'windhover';
        const host = createHostBuilder().useUrls('http://127.0.0.1:0').configure((app) => app.run(() => {})).build();
        await host.start();
        await host.stop();`,
      loads: host,
    },
    {
      what: 'an application without routes',
      program: `import { createBuilder } from 'windhover';
        const app = (await createBuilder()).useUrls('http://127.0.0.1:0').build();
        app.use((context, next) => next(context));
        await app.start();
        await app.stop();`,
      loads: host,
    },
    {
      what: 'an application with routes',
      program: `import { createBuilder } from 'windhover';
        const app = (await createBuilder()).useUrls('http://127.0.0.1:0').build().get('/', () => {});
        await app.start();
        await app.stop();`,
      loads: [...host, 'middleware-routing', 'rou3'].toSorted(),
    },
    {
      what: 'a host whose first client speaks HTTP/2',
      program: `import { connect } from 'node:http2';
        import { ServerAddressesFeature, createHostBuilder } from 'windhover';
        const host = createHostBuilder().useUrls('http://127.0.0.1:0').configure((app) => app.run(() => 'hello')).build();
        await host.start();
        const client = connect(host.features.get(ServerAddressesFeature).addresses[0]);
        const answer = await client.request().setEncoding('utf8').toArray();
        client.close();
        await host.stop();
        if (answer.join('') !== 'hello') throw new Error(answer.join(''));`,
      loads: [...host, 'http2'].toSorted(),
    },
  ])('by $what', async ({ program, loads }) => {
    expect(await loadedBy(program)).toEqual(loads);
  });

  it('of Node.js by a host without TLS: nothing that a bare server of node:net does not load', async () => {
    const bare = await builtinsOf(
      `import { createServer } from 'node:net';
      const server = createServer().listen(0, '127.0.0.1', () => server.close());
      performance.now();`,
    );
    const loaded = await builtinsOf(
      `import { createHostBuilder } from 'windhover';
      const host = createHostBuilder().useUrls('http://127.0.0.1:0').configure((app) => app.run(() => {})).build();
      await host.start();
      await host.stop();`,
    );
    expect(loaded.filter((name) => !bare.includes(name))).toEqual([]);
  });
});
