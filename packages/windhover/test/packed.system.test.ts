import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { installPacked, linkInstalled } from '../../../tools/test-support/packed.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { until } from '../../../tools/test-support/until.ts';
import { get } from './responses.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-packed-'));
const app = join(folder, 'app');
const modules = join(app, 'node_modules');
const command = join(modules, 'windhover', 'dist', 'cli.js');

beforeAll(() => {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  installPacked(
    [
      'windhover',
      'testing',
      ...['cookies', 'event-stream', 'health-checks', 'multipart'].map((name) => `middleware-${name}`),
    ],
    modules,
    tarballs,
  );
  linkInstalled('valibot', 'windhover', modules);
  linkInstalled('@types/node', '..', modules);
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true }));

const address = async (child: Child): Promise<string> => {
  const [, found] = await child.waitFor(/Now listening on: ([^\s"]+)/);
  return found!;
};

describe('the packed packages', () => {
  it('serve a handler in a folder where only they are installed', async () => {
    const lines = [
      `import { HttpContext } from 'windhover';`,
      'export default (context) => {',
      '  if (!(context instanceof HttpContext)) throw new TypeError("another HttpContext");',
      `  return context.response.send('packed');`,
      '};',
    ];
    writeFileSync(join(app, 'app.mjs'), lines.join('\n'));
    await using child = new Child([command, 'app.mjs', '--urls', 'http://127.0.0.1:0'], { cwd: app });
    expect((await get(`${await address(child)}/`)).text).toBe('packed');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(process.platform === 'win32' ? null : 0);
  });

  it('have the command where package.json says', () => {
    const installed = join(modules, 'windhover');
    const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      bin: { windhover: string };
    };
    const version = execFileSync(process.execPath, [join(installed, bin.windhover), '--version'], { encoding: 'utf8' });
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('are configured by file, environment and command line, and say from where', async () => {
    writeFileSync(join(app, 'windhover.json'), '{ "drainDelay": "1s" }');
    const env = { WINDHOVER_SHUTDOWNTIMEOUT: '9s' };
    await using child = new Child([command, 'config', '--threads', '2'], { cwd: app, env });
    expect(await child.exited).toBe(0);
    expect(child.output).toContain('drainDelay = 1000   (windhover.json:1:17)');
    expect(child.output).toContain('shutdownTimeout = 9000   (environment variable WINDHOVER_SHUTDOWNTIMEOUT)');
    expect(child.output).toContain('threads = 2   (argument --threads)');
    rmSync(join(app, 'windhover.json'));
  });

  it('static: serves the files of a folder, compressed, with their lists', async () => {
    const site = join(app, 'site');
    mkdirSync(join(site, 'empty'), { recursive: true });
    writeFileSync(join(site, 'index.html'), 'a page of the site\n'.repeat(200));
    await using child = new Child([command, 'static', 'site', '--urls', 'http://127.0.0.1:0'], { cwd: app });
    const url = await address(child);
    const page = await fetch(url, { headers: { 'accept-encoding': 'gzip', connection: 'close' } });
    expect([page.status, page.headers.get('content-encoding'), page.headers.get('cache-control')]).toEqual([
      200,
      'gzip',
      'no-cache',
    ]);
    expect(await page.text()).toContain('a page of the site');
    const list = await fetch(`${url}/empty/`, { headers: { connection: 'close' } });
    expect([list.status, list.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    await list.text();
    child.kill('SIGTERM');
    expect(await child.exited).toBe(process.platform === 'win32' ? null : 0);
  });
});

const systemdAnalyze = findProgram('systemd-analyze');
const socketActivate = findProgram('systemd-socket-activate');
const npm = findProgram('npm');

/** A PATH that starts with the Node.js of this test. */
const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
const env = { PATH: path, NODE_OPTIONS: process.features.typescript ? '' : '--experimental-strip-types' };

describe('windhover init', () => {
  // Inside the folder of the packages, so that its modules are found as if they were installed.
  const demo = join(app, 'demo');
  const runNpm = (...args: string[]): Child =>
    new Child(args, { program: npm!, cwd: demo, env: { ...env, npm_config_offline: 'true' } });

  let outcome: unknown[] = [];
  beforeAll(async () => {
    await using child = new Child([command, 'init', 'demo'], { cwd: app });
    outcome = [await child.exited, child.output];
    // Simulates the result of `npm install`.
    rmSync(join(demo, 'node_modules'), { recursive: true, force: true });
    execFileSync('ln', ['-s', modules, join(demo, 'node_modules')]);
  });

  it('says which files it has written', () => {
    expect(outcome).toEqual([0, expect.stringMatching(/^Wrote 11 files to demo:\n/)]);
  });

  it.skipIf(npm === undefined)('npm start: the application answers', async () => {
    const port = await freePort();
    await using child = new Child(['start', '--', '--urls', `http://127.0.0.1:${port}`], {
      program: npm!,
      cwd: demo,
      env,
    });
    await child.waitFor(/Application started/);
    expect((await get(`http://127.0.0.1:${port}/`)).text).toBe('Hello from demo\n');
    expect((await get(`http://127.0.0.1:${port}/hello/Ada`)).text).toBe('{"hello":"Ada"}');
    expect(await get(`http://127.0.0.1:${port}/readyz`)).toMatchObject({ status: 200 });
    // npm does not forward the signal.
    process.kill(Number((await child.waitFor(/"pid":(\d+)/))[1]), 'SIGTERM');
    await child.exited;
  });

  it.skipIf(npm === undefined)('npm test: the tests pass', async () => {
    await using child = runNpm('test');
    expect([await child.exited, /pass (\d+)/.exec(child.output)?.[1]]).toEqual([0, '3']);
  });

  it('the types are right', async () => {
    const program = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));
    await using child = new Child(['-p', '.'], { program, cwd: demo });
    expect([await child.exited, child.output]).toEqual([0, '']);
  });

  it('the command of the container serves, and ends with 0 at SIGTERM', async () => {
    const dockerfile = readFileSync(join(demo, 'Dockerfile'), 'utf8');
    const instructions = [...dockerfile.matchAll(/^([A-Z]+) /gm)].map(([, name]) => name);
    expect(instructions).toEqual(['FROM', 'WORKDIR', 'COPY', 'RUN', 'COPY', 'USER', 'ENV', 'EXPOSE', 'CMD']);
    const [, ...args] = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)![1]!) as string[];
    const port = await freePort();
    await using child = new Child(args, { cwd: demo, env: { ...env, WINDHOVER_HTTP_PORTS: String(port) } });
    await child.waitFor(/Application started/);
    expect((await get(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(process.platform === 'win32' ? null : 0);
  });

  it.skipIf(systemdAnalyze === undefined)('systemd-analyze verify finds nothing to say about the units', () => {
    const units = ['demo.service', 'demo.socket'].map((name) => join(folder, name));
    const service = readFileSync(join(demo, 'deploy', 'demo.service'), 'utf8');
    writeFileSync(units[0]!, service.replaceAll('/srv/demo', demo).replaceAll('/usr/bin/node', process.execPath));
    writeFileSync(units[1]!, readFileSync(join(demo, 'deploy', 'demo.socket'), 'utf8'));
    const { status, stderr } = spawnSync(systemdAnalyze!, ['verify', '--man=no', ...units], { encoding: 'utf8' });
    const ownLines = stderr.split('\n').filter((line) => line.includes('demo'));
    expect({ status, ownLines }).toEqual({ status: 0, ownLines: [] });
  });
});

describe('the page "A first application in ten minutes"', () => {
  const page = readFileSync(new URL('../docs/first-application.md', import.meta.url), 'utf8');
  const example = fileURLToPath(new URL('../examples/first-application', import.meta.url));
  const notes = join(app, 'notes');

  beforeAll(async () => {
    await using child = new Child([command, 'init', 'notes'], { cwd: app });
    await child.exited;
    cpSync(example, notes, { recursive: true });
    execFileSync('ln', ['-s', modules, join(notes, 'node_modules')]);
  });

  it('shows every file of the example as it is', () => {
    const files = readdirSync(example, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files).toHaveLength(5);
    for (const { parentPath, name } of files) {
      expect(page).toContain(`\n${readFileSync(join(parentPath, name), 'utf8')}\`\`\``);
    }
  });

  it('installs packages that exist', () => {
    const names = [...page.matchAll(/^npm install (.+)$/gm)].flatMap(([, list]) => list!.split(' '));
    expect(names).toHaveLength(5);
    for (const name of names) expect(existsSync(join(modules, name))).toBe(true);
  });

  it.skipIf(npm === undefined)('npm test: the tests pass', async () => {
    await using child = new Child(['test'], { program: npm!, cwd: notes, env });
    expect([await child.exited, /pass (\d+)/.exec(child.output)?.[1]]).toEqual([0, '5']);
  });

  it('the types are right', async () => {
    const program = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));
    await using child = new Child(['-p', '.'], { program, cwd: notes });
    expect([await child.exited, child.output]).toEqual([0, '']);
  });

  it.skipIf(socketActivate === undefined)('its systemd unit starts it on the sockets of systemd', async () => {
    const port = await freePort();
    const service = readFileSync(join(notes, 'deploy', 'notes.service'), 'utf8');
    const [, args] = /^ExecStart=\/usr\/bin\/node (.*)$/m.exec(service)!;
    const [, variables] = /^Environment=(.*)$/m.exec(service)!;
    const settings = [...variables!.split(' '), 'NODE_OPTIONS'].map((variable) => `--setenv=${variable}`);
    const program = [`--listen=127.0.0.1:${port}`, ...settings, process.execPath, ...args!.split(' ')];
    await using child = new Child(program, { program: socketActivate!, cwd: notes, env });
    await child.waitFor(/Listening on/);
    expect(await get(`http://127.0.0.1:${port}/readyz`)).toMatchObject({ status: 200 });
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });

  it.skipIf(findProgram('curl') === undefined)('its commands print what it says', async () => {
    // As `npm run dev`, without watching.
    const args = ['src/app.ts', '--environment', 'development', '--urls', 'http://127.0.0.1:0'];
    await using child = new Child([command, ...args], { cwd: notes, env });
    const url = await address(child);
    const shell = (line: string): Child =>
      new Child(['-c', line.replaceAll('http://localhost:5000', url)], { program: '/bin/sh', cwd: notes });
    const commands = [...page.matchAll(/```sh\n(curl .*)\n```\n\n```text\n([^`]*)\n```/g)];
    expect(commands).toHaveLength(5);
    for (const [, line, output] of commands) {
      await using run = shell(line!);
      expect([line, await run.exited, run.output.trimEnd()]).toEqual([line, 0, output]);
    }
    const [, listen] = /```sh\n(curl -sN .*)\n```/.exec(page)!;
    await using listening = shell(listen!);
    const [, add] = commands[0]!;
    let code: number | null | undefined;
    void listening.exited.then((exited) => (code = exited));
    // After `head` has its lines, curl ends at the next event.
    await until(async () => {
      await shell(add!).exited;
      return code !== undefined;
    });
    expect([code, listening.output]).toEqual([0, expect.stringMatching(/^event: note\ndata: \{/)]);
  });
});
