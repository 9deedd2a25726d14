import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandOutcome, complaintOf, runCommand } from './run-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return name;
};

const run = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandOutcome> =>
  runCommand(folder, args, env);

const handler = `export default ({ response }) => response.send('ok');`;

describe('windhover --help and --version', () => {
  it('print and end with 0', async () => {
    expect(await run(['--help'])).toEqual({ code: 0, output: expect.stringMatching(/^Usage: windhover /) });
    expect(await run(['--version'])).toEqual({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/) });
  });
});

describe('a failure is one sentence without a stack trace', () => {
  it.each([
    { what: 'an unknown option', args: ['-x'], code: 2, says: /^Unknown option "-x"/ },
    {
      what: 'a thread count that is no number',
      args: ['app.mjs', '--threads', 'many'],
      code: 2,
      says: /^--threads takes /,
    },
    { what: 'reload of nothing', args: ['reload'], code: 2, says: /^reload takes one process id/ },
    {
      what: 'reload of no file',
      args: ['reload', 'gone.pid'],
      code: 1,
      says: /^"gone\.pid" is neither a process id nor /,
    },
    {
      what: 'reload of a process that is not there',
      args: ['reload', 'app.pid'],
      code: 1,
      says: /^Process 99999999 cannot be reloaded: the process does not exist\.$/,
    },
    { what: 'a folder', args: ['.'], code: 1, says: /^"\." is not a file/ },
    {
      what: 'a number',
      args: ['number.mjs'],
      code: 1,
      says: /^number\.mjs exports a value of the type number as default; /,
    },
    { what: 'null', args: ['null.mjs'], code: 1, says: /^null\.mjs exports null as default; / },
    {
      what: 'a malformed address, with a suggestion and its code',
      args: ['app.mjs', '--urls', 'http://localhost:80800'],
      code: 1,
      says: /a port must be a number from 0 to 65535.* Try http:\/\/\S+ \(CONFIGURATION_VALUE_INVALID\)$/,
    },
    {
      what: 'a key that does not exist, with its source and the nearest one',
      args: ['app.mjs', '--drainDelai', '1s'],
      code: 1,
      says: /^argument --drainDelai: .*drainDelay.*\(CONFIGURATION_KEY_UNKNOWN\)$/,
    },
    { what: 'config without a file', args: ['config', '--config'], code: 2, says: /^--config takes a file/ },
    {
      what: 'config of a file with a key that does not exist',
      args: ['config', '--config', 'wrong.json'],
      code: 1,
      says: /^wrong\.json:1:15: server\.limit .*limits/,
    },
    {
      what: 'top of an address where nothing listens',
      args: ['top', 'http://127.0.0.1:1'],
      code: 1,
      says: /^http:\/\/127\.0\.0\.1:1 cannot be reached: /,
    },
    {
      what: 'top of a process that is not there',
      args: ['top', '2147483647'],
      code: 1,
      says: /^Process 2147483647 cannot be watched: /,
    },
    {
      what: 'top of an address that is not HTTP',
      args: ['top', 'ftp://localhost'],
      code: 2,
      says: /^top takes a process id, or an address /,
    },
  ])('$what', async ({ args, code, says }) => {
    file('app.mjs', handler);
    file('number.mjs', 'export default 5;');
    file('null.mjs', 'export default null;');
    file('app.pid', '99999999\n');
    file('wrong.json', '{ "server": { "limit": {} } }');
    expect(complaintOf(await run(args))).toEqual({ code, says: expect.stringMatching(says) });
  });

  it('no module, and none of the default names', async () => {
    expect(complaintOf(await run([]))).toEqual({
      code: 2,
      says: expect.stringMatching(/^Name the module to serve: there is none of app\.ts, .* See windhover --help\.$/),
    });
  });
});

describe('windhover config', () => {
  it('shows values of file, environment and command line, and where each is from', async () => {
    file(
      'windhover.json',
      '{\n  "shutdownTimeout": "5s",\n  "drainDelay": "1s",\n  "server": { "dateHeader": false }\n}\n',
    );
    const env = { WINDHOVER_DRAINDELAY: '2s', PORT: '8080' };
    const { code, output } = await run(['config', '--drainDelay', '3s'], env);
    expect(code).toBe(0);
    expect(output).toContain('shutdownTimeout = 5000   (windhover.json:2:22)\n');
    expect(output).toContain('drainDelay = 3000   (argument --drainDelay)\n');
    expect(output).toContain('server.dateHeader = false   (windhover.json:4:29)\n');
    expect(output).toContain('httpPorts = [8080]   (environment variable PORT)\n');
    expect(output).toContain('threads = 1   (default)\n');
  });

  it("shows that a key may be the application's, and not its value", async () => {
    file('windhover.json', '{ "shop": { "name": "Corner", "password": "sesame" }, "drainDelay": "1s" }');
    const { code, output } = await run(['config', 'app.mjs', '--shop.name', 'Market']);
    expect(code).toBe(0);
    expect(output).toContain('shop.name = ***   (argument --shop.name) (not known to the host; the application may)\n');
    expect(output).toContain(
      'shop.password = ***   (windhover.json:1:43) (not known to the host; the application may)\n',
    );
    expect(output).toContain('drainDelay = 1000   (windhover.json:1:69)\n');
    expect(output).not.toContain('sesame');
  });

  it('reads another file by --config', async () => {
    mkdirSync(join(folder, 'etc'));
    file('etc/site.json', '{ "drainDelay": "4s" }');
    expect((await run(['config', '--config', 'etc/site.json'])).output).toContain(
      'drainDelay = 4000   (etc/site.json:1:17)',
    );
  });
});
