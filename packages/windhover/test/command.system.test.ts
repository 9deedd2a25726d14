import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { get } from './responses.ts';
import { complaintOf } from './run-command.ts';

// Runs the built command: build before testing.
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const index = pathToFileURL(fileURLToPath(new URL('../dist/index.js', import.meta.url))).href;

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
const children: Child[] = [];

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.splice(0).map((child) => child.exited));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return name;
};

const windhover = (...args: string[]): Child => {
  const child = new Child([cli, ...args], { cwd: folder });
  children.push(child);
  return child;
};

const outcome = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
  const child = windhover(...args);
  const code = await child.exited;
  return { code, output: child.output };
};

const anyPort = ['--urls', 'http://127.0.0.1:0'];

const answerOf = async (child: Child, path = '/'): Promise<string> => {
  const [, address] = await child.waitFor(/Now listening on: ([^\s"]+)/);
  return (await get(`${address}${path}`)).text;
};

const handler = `export default ({ request, response }) => response.send('hello from ' + request.path);`;

describe('windhover <module>', () => {
  it('serves a request handler until it is asked to stop', async () => {
    const child = windhover(file('handler.mjs', handler), ...anyPort);
    expect(await answerOf(child, '/here')).toBe('hello from /here');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    expect(child.output).toMatch(/"Application is shutting down\.\.\."\}\n$/);
  });

  it('keeps the compiled code for the next start when it is killed', async () => {
    const cache = join(folder, 'compiled');
    const child = new Child([cli, file('handler.mjs', handler), ...anyPort], {
      cwd: folder,
      env: { NODE_COMPILE_CACHE: cache },
    });
    children.push(child);
    // One answer is after the start, and the answer to the second request is after the turn in which the first arrived.
    await answerOf(child);
    await answerOf(child);
    child.kill('SIGKILL');
    await child.exited;
    expect(readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).not.toEqual(
      [],
    );
  });

  const typed = `const text: string = 'typed';\nexport default (c: any) => c.response.send(text);`;

  it.runIf(process.features.typescript)('serves TypeScript', async () => {
    expect(await answerOf(windhover(file('typed.ts', typed), ...anyPort))).toBe('typed');
  });

  it('says what to do where Node.js does not run TypeScript', async () => {
    const args = ['--no-experimental-strip-types', cli, file('typed.ts', typed)];
    const child = new Child(args, { cwd: folder });
    children.push(child);
    expect(await child.exited).toBe(1);
    expect(child.output).toMatch(
      /^windhover: typed\.ts is TypeScript, which Node\.js \S+ does not run by itself: use 22\.18 or later, or set /,
    );
  });

  it('runs a host builder, and addresses from the command line override its own', async () => {
    const name = file(
      'builder.mjs',
      `import { createHostBuilder } from '${index}';
      export default createHostBuilder().useUrls('http://127.0.0.1:1').configure((app) => app.run((c) => c.response.send('built')));`,
    );
    expect(await answerOf(windhover(name, ...anyPort))).toBe('built');
  });

  it('runs a host', async () => {
    const name = file(
      'host.mjs',
      `import { createHostBuilder } from '${index}';
      export default createHostBuilder().useUrls('http://127.0.0.1:0').configure((app) => app.run((c) => c.response.send('hosted'))).build();`,
    );
    expect(await answerOf(windhover(name))).toBe('hosted');
  });

  it('a module that runs its host itself ends as the host does', async () => {
    const name = file(
      'own.mjs',
      `import { createBuilder } from '${index}';
      const app = (await createBuilder()).build();
      app.get('/', ({ response }) => response.send('own'));
      await app.run();`,
    );
    const child = windhover(name, ...anyPort);
    expect(await answerOf(child)).toBe('own');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });

  it('serves an object with every method, such as a router of itty-router', async () => {
    const name = file(
      'any.mjs',
      `const fetch = () => new Response('routed');
      export default new Proxy({}, { get: (_target, name) => (name === 'fetch' ? fetch : () => {}) });`,
    );
    expect(await answerOf(windhover(name, ...anyPort))).toBe('routed');
  });

  it('without a name serves app.mjs and the like', async () => {
    file('app.mjs', handler);
    expect(await answerOf(windhover(...anyPort))).toBe('hello from /');
  });
});

const failure = (code: number, says: RegExp): object => ({ code, says: expect.stringMatching(says) as string });

describe('a failure is one sentence without a stack trace', () => {
  it('no such module', async () => {
    expect(complaintOf(await outcome('missing.mjs'))).toEqual(failure(1, /^There is no module "missing\.mjs" in /));
  });

  it.each([
    { what: 'no default export', source: 'export const a = 1;', says: /^a\.mjs has no default export; write / },
    {
      what: 'a module that throws',
      source: '\n  throw new Error("no luck");',
      says: /^a\.mjs could not be loaded: Error: no luck \(file:.*\/a\.mjs:2:9\)$/,
    },
    {
      what: 'a module with a mistake',
      source: 'const = 1;',
      says: /^a\.mjs could not be loaded: SyntaxError: .* \("node --check a\.mjs" shows where\)$/,
    },
    {
      what: 'an import that is not there',
      source: 'import "./gone.mjs";',
      says: /^a\.mjs could not be loaded: Error \[ERR_MODULE_NOT_FOUND\]: Cannot find module '.*gone\.mjs'/,
    },
  ])('$what', async ({ source, says }) => {
    expect(complaintOf(await outcome(file('a.mjs', source)))).toEqual(failure(1, says));
  });

  it.each(['import "node:fs";\nexport default 1;', 'export default 1;'])(
    'an ES module in a package of CommonJS modules: %j',
    async (source) => {
      mkdirSync(join(folder, 'commonjs'), { recursive: true });
      file('commonjs/package.json', '{ "type": "commonjs" }');
      // Node.js writes a warning before the error.
      const says =
        /^windhover: commonjs\/a\.js could not be loaded: SyntaxError: .*It is an ES module, .* run "npm pkg set type=module", or name the file commonjs\/a\.mjs$/m;
      const { code, output } = await outcome(file('commonjs/a.js', source));
      expect(code).toBe(1);
      expect(output).toMatch(says);
    },
  );

  it('a module that fails ends, whatever it has started', async () => {
    expect(complaintOf(await outcome(file('a.mjs', 'setInterval(() => {}, 1000);')))).toEqual(
      failure(1, /no default export/),
    );
  });

  it('an error of Windhover in the module is printed unchanged', async () => {
    const source = `
      import { createBuilder } from '${index}';
      await (await createBuilder(['--threds', '4'])).build().run();
    `;
    expect(complaintOf(await outcome(file('a.mjs', source)))).toEqual(
      failure(1, /^argument --threds: .*did you mean threads\?.* \(CONFIGURATION_KEY_UNKNOWN\)$/),
    );
  });

  it('an address in use', async () => {
    const blocker = createServer();
    await new Promise<void>((listening) => blocker.listen(0, '127.0.0.1', listening));
    const { port } = blocker.address() as { port: number };
    try {
      const result = await outcome(file('a.mjs', handler), '--urls', `http://127.0.0.1:${port}`);
      expect(complaintOf(result)).toEqual(
        failure(1, /: the address is already in use\. .* \(TRANSPORT_ADDRESS_IN_USE\)$/),
      );
    } finally {
      blocker.close();
    }
  });

  it('an address in use prints the same sentence when the program is run without the command', async () => {
    const blocker = createServer();
    await new Promise<void>((listening) => blocker.listen(0, '127.0.0.1', listening));
    const { port } = blocker.address() as { port: number };
    const program = file(
      'own.mjs',
      `import { createBuilder } from '${index}';
      setInterval(() => {}, 1000);
      await (await createBuilder(['--urls=http://127.0.0.1:${port}'])).configure((app) => app.run(() => 'a')).build().run();`,
    );
    try {
      const alone = new Child([program], { cwd: folder });
      const code = await alone.exited;
      const byCommand = await outcome(program);
      expect(complaintOf({ code, output: alone.output })).toEqual(
        failure(1, /: the address is already in use\. .* \(TRANSPORT_ADDRESS_IN_USE\)$/),
      );
      expect(alone.output).toBe(byCommand.output);
    } finally {
      blocker.close();
    }
  });

  it('a Node.js that is too old, before anything else is loaded', async () => {
    const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.9.0' } });`;
    const child = new Child(['--import', pretend, cli, 'nothing.mjs'], { cwd: folder });
    const code = await child.exited;
    expect(complaintOf({ code, output: child.output })).toEqual(
      failure(1, /^needs Node\.js 22\.12 or later, and this is Node\.js 20\.9\.0\.$/),
    );
  });
});
