import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { get } from './responses.ts';

const packages = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'windhover-packed-'));
const tarballs = join(folder, 'tarballs');
const app = join(folder, 'app');
const modules = join(app, 'node_modules');
const shell = process.platform === 'win32';

/** The folder of a package that another one depends on, as Node.js looks for it. */
const folderOf = (name: string, dependent: string): string => {
  for (let at = dependent; at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(candidate)) return realpathSync(candidate);
  }
  throw new Error(`${name} is not installed for ${dependent}`);
};

const dependenciesOf = (path: string): readonly string[] => {
  const { dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(dependencies).map((name) => folderOf(name, path));
};

/** `windhover` and every package of the workspace that it needs at run time. */
const published = (path = join(packages, 'windhover'), found = new Set<string>()): ReadonlySet<string> => {
  if (found.has(path)) return found;
  found.add(path);
  for (const dependency of dependenciesOf(path)) if (isOwn(dependency)) published(dependency, found);
  return found;
};

const isOwn = (path: string): boolean => path.startsWith(packages);

const nameOf = (path: string): string =>
  (JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { name: string }).name;

const placeFor = (path: string): string => {
  const place = join(modules, nameOf(path));
  mkdirSync(dirname(place), { recursive: true });
  return place;
};

/** Packs a package as it would be published, and unpacks it as if it had been installed. */
const install = (path: string): void => {
  const packed = execFileSync('pnpm', ['pack', '--json', '--pack-destination', tarballs], { cwd: path, shell });
  const { filename } = JSON.parse(String(packed)) as { readonly filename: string };
  const place = placeFor(path);
  mkdirSync(place);
  execFileSync('tar', ['-xzf', filename, '-C', place, '--strip-components=1']);
};

/** What is packed stands where nothing else is but the packages of others that it has declared. */
beforeAll(() => {
  mkdirSync(tarballs);
  for (const path of published()) {
    install(path);
    for (const other of dependenciesOf(path).filter((dependency) => !isOwn(dependency))) {
      const place = placeFor(other);
      if (!existsSync(place)) symlinkSync(other, place, 'junction');
    }
  }
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

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
    const command = join(modules, 'windhover', 'dist', 'cli.js');
    const child = new Child([command, 'app.mjs', '--urls', 'http://127.0.0.1:0'], { cwd: app });
    const [, address] = await child.waitFor(/Now listening on: ([^\s"]+)/);
    expect((await get(`${address}/`)).text).toBe('packed');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(shell ? null : 0);
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
    const command = join(modules, 'windhover', 'dist', 'cli.js');
    const env = { WINDHOVER_SHUTDOWNTIMEOUT: '9s' };
    const child = new Child([command, 'config', '--threads', '2'], { cwd: app, env });
    expect(await child.exited).toBe(0);
    expect(child.output).toContain('drainDelay = 1000   (windhover.json:1:17)');
    expect(child.output).toContain('shutdownTimeout = 9000   (environment variable WINDHOVER_SHUTDOWNTIMEOUT)');
    expect(child.output).toContain('threads = 2   (argument --threads)');
    rmSync(join(app, 'windhover.json'));
  });
});
