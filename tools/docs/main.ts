// Builds the documentation site into tools/docs/dist: `npm run docs`.
// `npm run docs -- --serve` shows it, `-- --without-api` leaves out the API pages, which take the longest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../graph/workspace-packages.ts';
import { writeApiPages } from './api-pages.ts';

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
if (!process.argv.includes('--without-api')) await writeApiPages(join(site, 'api'));
console.log(`the documentation is in ${site}`);
if (process.argv.includes('--serve')) run(vitepress, 'preview', folder);
