import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { get } from './responses.ts';

const packages = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'windhover-packed-'));
const tarballs = join(folder, 'tarballs');
const app = join(folder, 'app');
const shell = process.platform === 'win32';

/** `windhover` and every package of the workspace that it needs at run time. */
const published = (name = 'windhover', found = new Set<string>()): ReadonlySet<string> => {
  const path = name.replace(/^@windhover\//, '');
  if (found.has(path)) return found;
  found.add(path);
  const { dependencies = {} } = JSON.parse(readFileSync(join(packages, path, 'package.json'), 'utf8')) as {
    dependencies?: Readonly<Record<string, string>>;
  };
  for (const [dependency, version] of Object.entries(dependencies)) {
    if (version.startsWith('workspace:')) published(dependency, found);
  }
  return found;
};

/** Packs each package as it would be published, and installs them all, without a network, where nothing else is. */
beforeAll(() => {
  mkdirSync(tarballs);
  mkdirSync(app);
  for (const name of published()) {
    execFileSync('pnpm', ['pack', '--pack-destination', tarballs], { cwd: join(packages, name), shell, stdio: 'pipe' });
  }
  writeFileSync(join(app, 'package.json'), '{ "private": true }');
  const files = readdirSync(tarballs).map((file) => join(tarballs, file));
  const flags = ['--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache')];
  execFileSync('npm', ['install', ...flags, ...files], { cwd: app, shell, stdio: 'pipe' });
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
    const command = join(app, 'node_modules', 'windhover', 'dist', 'cli.js');
    const child = new Child([command, 'app.mjs', '--urls', 'http://127.0.0.1:0'], { cwd: app });
    const [, address] = await child.waitFor(/Now listening on: ([^\s"]+)/);
    expect((await get(`${address}/`)).text).toBe('packed');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(shell ? null : 0);
  });

  it.skipIf(shell)('put the command into node_modules/.bin', () => {
    const bin = join(app, 'node_modules', '.bin', 'windhover');
    expect(execFileSync(bin, ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+/);
  });
});
