import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { root } from '../graph/workspace-packages.ts';
import { codeBlocks } from './code-blocks.ts';
import { docsFolder, sitePages } from './site-pages.ts';

/** The compiler checks the files of `first-application.md` with the other examples. */
const pages = sitePages.filter((page) => page.startsWith(docsFolder) && !page.endsWith('first-application.md'));

const folder = join(root, docsFolder, '.types');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the programs of the documentation have no type error', () => {
  mkdirSync(folder, { recursive: true });
  for (const { file, line, language, code } of pages.flatMap(codeBlocks)) {
    const name = `${file.replaceAll(/[^a-z0-9]+/gi, '-')}-${line}.ts`;
    if (language === 'ts') writeFileSync(join(folder, name), `${code}\nexport {};\n`);
  }
  // Applications use what Node.js 22 has; the packages stay at an older level of the language.
  const compilerOptions = { lib: ['es2024', 'esnext.disposable'] };
  const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  expect(spawnSync(tsc, ['--project', folder], { encoding: 'utf8' }).stdout).toBe('');
});
