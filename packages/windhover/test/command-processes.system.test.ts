import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { until } from '../../../tools/test-support/until.ts';
import { Load } from './deployment/load.ts';
import { get } from './responses.ts';

// Runs the built command: build before testing.
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const index = pathToFileURL(fileURLToPath(new URL('../dist/index.js', import.meta.url))).href;

let folder: string;
const children: Child[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-'));
});

afterEach(async () => {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.splice(0).map((child) => child.exited));
  rmSync(folder, { recursive: true });
});

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return name;
};

const windhover = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Child => {
  const child = new Child([cli, ...args], { cwd: folder, env: { WINDHOVER_LOGGING__FORMAT: 'text', ...env } });
  children.push(child);
  return child;
};

const outcome = async (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> => {
  const child = windhover(args, env);
  const code = await child.exited;
  return `${code}\n${child.output}`;
};

const addressOf = async (child: Child): Promise<string> => (await child.waitFor(/Now listening on: (\S+)/))[1]!;

const anyPort = ['--urls', 'http://127.0.0.1:0'];
const answering = (text: string): string => `export default ({ response }) => response.send('${text} ' + process.pid);`;

describe.skipIf(process.platform === 'win32')('a change of the file that is rejected, with --threads', () => {
  const put = (url: string, more = ''): string =>
    file('windhover.json', JSON.stringify({ server: { endpoints: { web: { url } } } }) + more);
  const errorsOf = (child: Child): string[] => child.output.match(/^error .*$/gm) ?? [];
  const started = async (url: string): Promise<Child> => {
    put(url);
    const child = windhover([file('app.mjs', answering('from')), '--threads', '2']);
    await child.waitFor(/2 threads are ready/);
    await child.waitFor(/(?:Thread \d is ready[^]*){2}/);
    return child;
  };

  it('leaves both workers as they are, a second time too, and the next change works', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const held = `http://127.0.0.1:${(holder.address() as AddressInfo).port}`;
    const child = await started('http://127.0.0.1:0');
    const address = await addressOf(child);
    for (const [more, reports] of [
      ['', 2],
      [' ', 4],
    ] as const) {
      put(held, more);
      await until(() => errorsOf(child).length === reports);
      expect((await get(address)).text).toMatch(/^from \d+$/);
    }
    const named = new URL(held).host;
    expect(errorsOf(child).filter((line) => !line.includes(named))).toEqual([]);
    holder.close();
    await once(holder, 'close');
    put(held, '  ');
    await until(async () => (await get(held).catch(() => undefined)) !== undefined);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });

  it('names the address that the host holds itself, for workers that run and for workers that are to replace them', async () => {
    const port = await freePort();
    const child = await started(`http://*:${port}`);
    put(`http://0.0.0.0:${port}`);
    await until(() => errorsOf(child).length === 2);
    expect(errorsOf(child)[0]).toMatch(/http:\/\/\[::\]:\d+: this server listens/);
    child.kill('SIGHUP');
    await child.waitFor(/http:\/\/\[::\]:\d+: another process of this application listens/);
    expect((await get(`http://127.0.0.1:${port}`)).text).toMatch(/^from \d+$/);
  });
});

describe.skipIf(process.platform === 'win32')('a unix socket with unixMode', () => {
  it.each(['1', '2'])('never has a wider mode, with %s threads', async (threads) => {
    const path = join(folder, 'app.sock');
    const endpoint = { url: `http://unix:${path}`, unixMode: '620' };
    file('windhover.json', JSON.stringify({ server: { endpoints: { web: endpoint } } }));
    // The mode is set exactly after the socket is bound: what it was until then is the mode that it was made with.
    const app = file(
      'app.mjs',
      `import fs from 'node:fs';
       const { chmodSync } = fs;
       fs.chmodSync = (path, mode) => {
         console.log('made with ' + (fs.statSync(path).mode & 0o777).toString(8));
         chmodSync(path, mode);
       };
       export default ({ response }) => response.send('');`,
    );
    const command = 'umask 0; exec "$@"';
    const args = ['-c', command, 'sh', process.execPath, cli, app, '--threads', threads];
    const child = new Child(args, { program: 'sh', cwd: folder, env: { WINDHOVER_LOGGING__FORMAT: 'text' } });
    children.push(child);
    await child.waitFor(threads === '1' ? /Application started/ : /2 threads are ready/);
    const [, made] = /made with (\d+)/.exec(child.output)!;
    expect(made).toBe('620');
    expect(statSync(path).mode & 0o777).toBe(0o620);
  });
});

describe.skipIf(process.platform === 'win32')('windhover --threads', () => {
  it('serves from as many processes, and ends with all of them', async () => {
    const child = windhover([file('app.mjs', answering('one of')), '--threads', '2', ...anyPort]);
    const address = await addressOf(child);
    await child.waitFor(/2 threads are ready/);
    expect((await get(address)).text).toMatch(/^one of \d+$/);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });

  it.each([
    { what: 'by the command line', args: ['--threads', '2'], count: 1 },
    { what: 'by the program', args: [], count: 2 },
  ])('a program started by a worker of another one has its own workers, $what', async ({ args, count }) => {
    const module = `import { createBuilder } from '${index}';
      const builder = await createBuilder();
      builder.useServer((options) => void (options.threadCount = ${count}));
      export default builder.build().get('/', ({ response }) => response.send('ok'));`;
    const child = windhover([file('app.mjs', module), ...args, ...anyPort], { WINDHOVER_THREAD: '3' });
    await child.waitFor(/2 threads are ready/);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });

  it('an error that is not caught ends its process, and another one takes its place', async () => {
    // Node.js reports it only for a process that ends by itself, and not for `process.exit`.
    const module = `process.on('beforeExit', () => console.log('ends by itself'));
    export default ({ request, response }) => {
      if (request.path === '/fail') setImmediate(() => { throw new Error('no luck'); });
      return response.send(String(process.pid));
    };`;
    const child = windhover([file('app.mjs', module), '--threads', '2', ...anyPort]);
    const address = await addressOf(child);
    await child.waitFor(/2 threads are ready/);
    const { text: pid } = await get(`${address}/fail`);
    const [, thread] = await child.waitFor(new RegExp(`Thread (\\d) \\(pid ${pid}\\) ended with `));
    await child.waitFor(new RegExp(`Thread ${thread} starts again[^]*Thread ${thread} is ready`));
    await child.waitFor(/ends by itself/);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });

  it('serves the host of a module that reads no configuration', async () => {
    const module = `import { createHostBuilder } from '${index}';
      export default createHostBuilder().configure((app) => void app.run(({ response }) => response.send('ok')));`;
    const child = windhover([file('app.mjs', module), '--threads', '2', ...anyPort]);
    const [, address] = await child.waitFor(/"address":"([^"]+)"/);
    await child.waitFor(/2 threads are ready/);
    expect((await get(address!)).text).toBe('ok');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });

  it('a module that cannot be loaded says why once, and ends with 1', async () => {
    const output = await outcome([file('app.mjs', 'throw new Error("no luck");'), '--threads', '2', ...anyPort]);
    expect(output).toMatch(/^1\n/);
    expect(output.match(/app\.mjs could not be loaded: Error: no luck/g)).toHaveLength(1);
    expect(output).not.toMatch(/\n {4}at /);
  });
});

describe.skipIf(process.platform === 'win32')('windhover --watch', () => {
  it('a change of the module or of what it imports replaces the process', async () => {
    file('text.mjs', `export const text = 'first';`);
    const module = file(
      'app.mjs',
      `import { text } from './text.mjs'; export default ({ response }) => response.send(text);`,
    );
    const child = windhover([module, '--watch', ...anyPort]);
    const address = await addressOf(child);
    // The files that a worker has loaded are watched before it counts as ready.
    await child.waitFor(/threads? (?:are|is) ready/);
    expect((await get(address)).text).toBe('first');
    file('text.mjs', `export const text = 'second';`);
    await child.waitFor(/The new version is running/);
    // The new process listens on the same port before the old one closes it.
    expect((await get(address)).text).toBe('second');
  });

  it('a version that fails to start does not replace the running one', async () => {
    const child = windhover([file('app.mjs', answering('good')), '--watch', ...anyPort]);
    const address = await addressOf(child);
    await child.waitFor(/threads? (?:are|is) ready/);
    file('app.mjs', 'const = 1;');
    await child.waitFor(/SyntaxError/);
    expect((await get(address)).text).toMatch(/^good /);
  });

  it('a version that has crashed is replaced as soon as its file changes', async () => {
    const crashing = `export default ({ request }) => {
      if (request.path === '/fail') setImmediate(() => { throw new Error('no luck'); });
      return 'crashing';
    };`;
    const child = windhover([file('app.mjs', crashing), '--watch', ...anyPort]);
    const address = await addressOf(child);
    await child.waitFor(/1 thread is ready/);
    file('app.mjs', 'const = 1;');
    await child.waitFor(/A new worker ended before it was ready/);
    await get(`${address}/fail`);
    // The time until the next attempt to start it is much longer than a change takes.
    await child.waitFor(/starts again in 3200 ms/);
    const before = child.output.length;
    file('app.mjs', answering('repaired'));
    await child.waitFor(/The new version is running/);
    expect(child.output.slice(before).split('A file has changed')[0]).not.toMatch(/is ready/);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });
});

describe('configuration', () => {
  it('is in effect and overrides values set in code', async () => {
    file('windhover.json', '{ "server": { "serverHeader": "kite", "limits": { "maxRequestLineSize": 40 } } }');
    const module = file(
      'app.mjs',
      `import { createBuilder } from '${index}';
      const builder = await createBuilder(process.argv.slice(2));
      builder.useServer((options) => {
        options.serverHeader = 'program';
        options.dateHeader = false;
      });
      export default builder.build().get('/*', ({ response }) => response.send('ok'));`,
    );
    const address = await addressOf(windhover([module, ...anyPort]));
    const answer = await fetch(`${address}/`, { headers: { connection: 'close' } });
    expect([answer.headers.get('server'), answer.headers.get('date')]).toEqual(['kite', null]);
    expect((await get(`${address}/${'x'.repeat(40)}`)).status).toBe(414);
  });

  it('without settings NODE_ENV is the environment, and a file that is created later is read', async () => {
    const module = file(
      'app.mjs',
      `import { createBuilder } from '${index}';
      const app = (await createBuilder()).useUrls('http://127.0.0.1:0').build();
      export default app.get('/*', ({ response }) => response.send(app.environment.name));`,
    );
    const child = new Child([cli, module], { cwd: folder, env: { NODE_ENV: 'staging' } });
    children.push(child);
    const [, address] = await child.waitFor(/"address":"([^"]+)"/);
    expect((await get(address!)).text).toBe('staging');
    const added = { url: `http://unix:${folder}/added.sock` };
    file('windhover.json', JSON.stringify({ drainDelay: '5s', server: { endpoints: { added } } }));
    await child.waitFor(/"added":\["added"\],"changed":\[\],"removed":\[\],"msg":"The configuration has changed"/);
    await child.waitFor(/These settings take effect after a restart: drainDelay/);
    expect((await get('http://localhost/', `${folder}/added.sock`)).text).toBe('staging');
    expect((await get(address!)).text).toBe('staging');
  });

  it('settings that the host of a module would not read are refused', async () => {
    const module = file(
      'app.mjs',
      `import { createHostBuilder } from '${index}'; export default createHostBuilder().configure((app) => app.run(() => {}));`,
    );
    expect(await outcome([module, '--drainDelay', '1s'])).toMatch(/^1\nwindhover: --drainDelay would have no effect: /);
  });

  it('allowedHosts refuses the others', async () => {
    const args = [file('app.mjs', answering('ok')), ...anyPort, '--allowedHosts', 'example.com'];
    const address = await addressOf(windhover(args));
    expect((await get(address)).status).toBe(400);
  });

  it('development shows errors as a page, production their status alone', async () => {
    const module = file('app.mjs', 'export default () => { throw new Error("the cellar is empty"); };');
    for (const [environment, shown] of [
      ['development', true],
      ['production', false],
    ] as const) {
      const address = await addressOf(windhover([module, ...anyPort, '--environment', environment]));
      const { status, text } = await get(address);
      expect([status, text.includes('the cellar is empty')]).toEqual([500, shown]);
    }
  });
});

describe.skipIf(process.platform === 'win32')('windhover reload', () => {
  const settings = (...names: readonly string[]): string =>
    JSON.stringify({
      server: {
        endpoints: Object.fromEntries(names.map((name) => [name, { url: `http://unix:${folder}/${name}.sock` }])),
      },
    });

  it('endpoints come and go; a file that is wrong changes nothing and says why', async () => {
    file('windhover.json', settings('one', 'two'));
    const child = windhover([file('app.mjs', answering('ok'))]);
    await child.waitFor(/Application started/);
    const answerOf = async (name: string): Promise<number | undefined> =>
      (await get('http://localhost/', join(folder, `${name}.sock`))).status;
    expect([await answerOf('one'), await answerOf('two')]).toEqual([200, 200]);
    file('windhover.json', settings('two', 'three'));
    await outcome(['reload', String(child.process.pid)]);
    await child.waitFor(/The configuration has changed/);
    expect([await answerOf('two'), await answerOf('three')]).toEqual([200, 200]);
    await expect(answerOf('one')).rejects.toMatchObject({ code: 'ENOENT' });
    file('windhover.json', '{ "sever": {} }');
    await child.waitFor(
      /Reloading failed; the previous configuration stays in effect\. windhover\.json:1:3: sever .*server/,
    );
    expect(await answerOf('two')).toBe(200);
  });

  it('under load nothing is lost on an endpoint that stays', async () => {
    const withKept = (...names: readonly string[]): string => {
      const { server } = JSON.parse(settings(...names)) as { server: { endpoints: Record<string, { url: string }> } };
      server.endpoints['kept'] = { url: 'http://127.0.0.1:0' };
      return JSON.stringify({ server });
    };
    file('windhover.json', withKept('one'));
    const child = windhover([file('app.mjs', answering('ok'))]);
    const [, port] = await child.waitFor(/Now listening on: http:\/\/127\.0\.0\.1:(\d+)/);
    const load = new Load(Number(port), 20);
    await load.answers(500);
    file('windhover.json', withKept('two'));
    await child.waitFor(/The configuration has changed added=\["two"\] changed=\[\] removed=\["one"\]/);
    await load.answers(500);
    expect(await load.stop()).toEqual({ failed: [] });
  });
});

describe('https', () => {
  it('uses the development certificate, which windhover dev-certs makes', async () => {
    const env = { WINDHOVER_DEV_CERTS: join(folder, 'certs') };
    const args = [file('app.mjs', answering('secret from')), '--urls', 'https://localhost:0'];
    expect(await outcome(args, env)).toMatch(
      /^1\nwindhover: localhost:0: server\.certificates\.default .*windhover dev-certs.* \(SERVER_TLS_NOT_CONFIGURED\)\n$/,
    );
    expect(await outcome(['dev-certs'], env)).toMatch(/^0\nMade a development certificate/);
    const address = await addressOf(windhover(args, env));
    const ca = readFileSync(join(folder, 'certs', 'authority.pem'));
    const text = await new Promise<string>((resolve, reject) => {
      httpsRequest(address, { ca, agent: false }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      })
        .on('error', reject)
        .end();
    });
    expect(text).toMatch(/^secret from \d+$/);
  });
});

describe('--verbose', () => {
  it.each([
    { args: ['--verbose'], env: {} },
    { args: [], env: { WINDHOVER_VERBOSE: '1' } },
  ])('$args $env shows the stack', async ({ args, env }) => {
    const module = file('app.mjs', 'throw new Error("no luck");');
    expect(await outcome([module, ...args], env as Readonly<Record<string, string>>)).toMatch(
      /^1\nwindhover: CommandError: app\.mjs could not be loaded[^]*\n {4}at [^]*caused by: Error: no luck\n {4}at /,
    );
  });
});
