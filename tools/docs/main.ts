// Builds the documentation site into tools/docs/dist: `npm run docs`.
// `npm run docs -- --serve` shows it, `-- --without-api` leaves out the API pages, which take the longest.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../graph/workspace-packages.ts';

const folder = import.meta.dirname;
const site = join(folder, 'dist', 'site');

/** Runs a program on Node.js; a failure ends this process. */
const run = (...args: readonly string[]): void => {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

const vitepress = join('node_modules', 'vitepress', 'bin', 'vitepress.js');
run('--import', './tools/test-support/sources.mjs', join(folder, 'reference', 'main.ts'));
run(vitepress, 'build', folder);
if (!process.argv.includes('--without-api')) {
  const entries = readdirSync(join(root, 'packages')).flatMap((name) => [
    '--entryPoints',
    `packages/${name}/src/index.ts`,
  ]);
  const output = ['--out', join(site, 'api'), '--name', 'Windhover API', '--readme', 'none'];
  const strictness = ['--skipErrorChecking', '--logLevel', 'Error', '--disableSources'];
  run(
    join('node_modules', 'typedoc', 'bin', 'typedoc'),
    ...entries,
    '--tsconfig',
    'tsconfig.json',
    ...output,
    ...strictness,
  );
}
console.log(`the documentation is in ${site}`);
if (process.argv.includes('--serve')) run(vitepress, 'preview', folder);
