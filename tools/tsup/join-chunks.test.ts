import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'tsup';
import { describe, expect, it } from 'vitest';
import { joinChunks } from './join-chunks.ts';

/** Builds modules as the preset builds packages, without declarations. @returns the folder of the built files */
const built = async (folder: string, entries: readonly string[], modules: Record<string, string>): Promise<string> => {
  mkdirSync(join(folder, 'src/second'), { recursive: true });
  for (const [name, code] of Object.entries(modules)) writeFileSync(join(folder, `src/${name}.ts`), code);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const outDir = join(folder, 'dist');
  await build({
    config: false,
    silent: true,
    entry: entries.map((name) => join(folder, `src/${name}.ts`)),
    outDir,
    external: ['other-package'],
    format: ['esm'],
    platform: 'node',
    sourcemap: true,
    tsconfig: join(import.meta.dirname, '../../tsconfig.base.json'),
    plugins: [joinChunks(entries)],
    outExtension: () => ({ js: '.js' }),
  });
  return outDir;
};

/** The built files without source maps and without the hashes in their names. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.replace(/-[A-Z\d]+(?=\.js$)/, ''))
    .toSorted();

const inFolder = async (test: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-join-'));
  try {
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const shared = { state: 'export const state = { count: 0 };' };

/** Modules for dynamic imports, with what they share. */
const loadedLater = {
  ...shared,
  other: 'export const other = 1;',
  late: "import { state } from './state.ts'; import { other } from './other.ts'; state.count += other;",
  later: "import { other } from './other.ts'; export const later = other;",
};

describe('the files of a built package', () => {
  it('keep an import of another package for its effects, before later imports', () =>
    inFolder(async (folder) => {
      const late = "import 'other-package'; import { join } from 'node:path'; export const late = join('a', 'b');";
      const dist = await built(folder, ['index'], { late, index: "export const load = () => import('./late.ts');" });
      const file = readdirSync(dist).find((name) => /^late.*\.js$/.test(name))!;
      expect(readFileSync(join(dist, file), 'utf8')).toMatch(
        /^import 'other-package';\nimport .* from '(?:node:)?path';/,
      );
    }));

  it('modules that the main entry point shares with dynamic imports are in its file', () =>
    inFolder(async (folder) => {
      const dist = await built(folder, ['index'], {
        ...loadedLater,
        index:
          "export { state } from './state.ts'; export { other } from './other.ts';" +
          "export const load = async () => [await import('./late.ts'), await import('./later.ts')];",
      });
      expect(filesIn(dist)).toEqual(['index.js', 'late.js', 'later.js']);
      const main = await import(pathToFileURL(join(dist, 'index.js')).href);
      await main.load();
      expect(main.state.count).toBe(1);
    }));

  it('a dynamic import needs what the main entry point does not export: one more file, and no more exports', () =>
    inFolder(async (folder) => {
      const dist = await built(folder, ['index'], {
        ...loadedLater,
        index:
          "import { state } from './state.ts'; import { other } from './other.ts';" +
          'export const count = () => state.count * other;' +
          "export const load = async () => [await import('./late.ts'), await import('./later.ts')];",
      });
      expect(filesIn(dist)).toEqual(['index.js', 'late.js', 'later.js', 'main.js']);
      const main = await import(pathToFileURL(join(dist, 'index.js')).href);
      await main.load();
      expect(main.count()).toBe(1);
      expect(Object.keys(main)).toEqual(['count', 'load']);
    }));

  it('a second entry point keeps its name and shares state with the main one', () =>
    inFolder(async (folder) => {
      const dist = await built(folder, ['index', 'second/index'], {
        ...shared,
        'second/index': "import { state } from '../state.ts'; export const add = () => ++state.count;",
        index: "export { state } from './state.ts';",
      });
      expect(filesIn(dist)).toEqual(['index.js', 'second/index.js', 'shared.js']);
      const main = await import(pathToFileURL(join(dist, 'index.js')).href);
      const second = await import(pathToFileURL(join(dist, 'second/index.js')).href);
      second.add();
      expect(main.state.count).toBe(1);
    }));

  it('a second entry point does not load the main one, nor do dynamic imports of it that need no package', () =>
    inFolder(async (folder) => {
      const dist = await built(folder, ['index', 'second/index'], {
        ...shared,
        light: 'export const light = () => 1;',
        heavy: "import { other } from 'other-package'; export const heavy = () => other();",
        late: "import { light } from './light.ts'; export const late = light();",
        'second/index': "export const load = async () => (await import('../late.ts')).late;",
        index:
          "import { light } from './light.ts'; import { heavy } from './heavy.ts';" +
          "export { state } from './state.ts'; export const main = () => [light(), heavy()];",
      });
      expect(filesIn(dist)).toEqual(['index.js', 'late.js', 'second/index.js', 'shared.js']);
      const second = await import(pathToFileURL(join(dist, 'second/index.js')).href);
      expect(await second.load()).toBe(1);
    }));

  it('nothing is shared: one file', () =>
    inFolder(async (folder) => {
      const dist = await built(folder, ['index'], { ...shared, index: "export { state } from './state.ts';" });
      expect(filesIn(dist)).toEqual(['index.js']);
    }));
});
