import { linkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import fileSystem from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { staticFiles } from '../src/index.ts';
import { folderWith } from './support/folder.ts';

/** Called before and after the server asks for a real path, or for the path of an open file. */
const hooks = { before: (_path: string): void => {}, after: (_path: string): void => {} };

const { realpath, readlink } = fileSystem;

const hooked =
  (ask: (path: string) => Promise<string>) =>
  async (path: string): Promise<string> => {
    hooks.before(path);
    const result = await ask(path);
    hooks.after(path);
    return result;
  };

beforeEach(() => {
  Object.assign(fileSystem, { realpath: hooked(realpath), readlink: hooked(readlink) });
  syncBuiltinESMExports();
});

afterEach(() => {
  hooks.before = hooks.after = () => {};
  Object.assign(fileSystem, { realpath, readlink });
  syncBuiltinESMExports();
});

const serving = (root: string): MemoryHttp =>
  MemoryHttp.of([staticFiles(root)], ({ response }) => response.send('passed on'));

/** Replaces a file or link as a whole. */
const replace = (path: string, make: (temporary: string) => void): void => {
  make(`${path}.new`);
  renameSync(`${path}.new`, path);
};

describe('a name that is replaced while it is opened', () => {
  it('by turns a link out of the folder and a file in it: the file outside is never sent', async () => {
    const outside = folderWith({ secret: 'secret' });
    const root = folderWith({ inside: 'inside' });
    const name = join(root, 'a');
    const asLink = (): void => replace(name, (path) => symlinkSync(join(outside, 'secret'), path));
    const asFile = (): void => replace(name, (path) => linkSync(join(root, 'inside'), path));
    asLink();
    hooks.before = (path) => path === name && asFile();
    hooks.after = (path) => path === name && asLink();
    expect((await serving(root).get('/a')).content).not.toContain('secret');
  });

  it.runIf(process.platform === 'linux')(
    'by turns a folder and a link out of it: the file outside is never sent',
    async () => {
      const outside = folderWith({ a: 'secret' });
      const root = folderWith({ 'kept/a': 'inside' });
      const [folder, kept] = [join(root, 'd'), join(root, 'kept')];
      symlinkSync(outside, folder);
      hooks.before = (path) => {
        if (path !== join(folder, 'a')) return;
        rmSync(folder);
        renameSync(kept, folder);
      };
      hooks.after = (path) => {
        if (path !== join(folder, 'a')) return;
        renameSync(folder, kept);
        symlinkSync(outside, folder);
      };
      expect((await serving(root).get('/d/a')).content).not.toContain('secret');
    },
  );

  it.runIf(process.platform === 'linux')('by another file: the file that was opened is sent, not 404', async () => {
    const root = folderWith({ 'a.txt': 'old' });
    let isReplaced = false;
    hooks.before = () => {
      if (!isReplaced) replace(join(root, 'a.txt'), (path) => writeFileSync(path, 'new'));
      isReplaced = true;
    };
    expect((await serving(root).get('/a.txt')).content).toBe('old');
    expect((await serving(root).get('/a.txt')).content).toBe('new');
  });
});
