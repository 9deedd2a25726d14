import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { FileWatch, loadedFilesOf } from '../src/file-watch.ts';

it('a folder that cannot be watched is reported once, and does not end the process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-watch-'));
  rmSync(folder, { recursive: true });
  const failures: unknown[] = [];
  const files = new FileWatch(
    () => undefined,
    (...failure) => failures.push(failure),
  );
  files.add(join(folder, 'a.ts'));
  files.add(join(folder, 'b.ts'));
  files.close();
  expect(failures).toEqual([[folder, expect.objectContaining({ code: 'ENOENT' })]]);
});

it.each<[title: string, remove: (folder: string) => void]>([
  ['deleted', (folder) => rmSync(folder, { recursive: true })],
  ['deleted with the folder around it', (folder) => rmSync(dirname(folder), { recursive: true })],
  ['renamed', (folder) => renameSync(folder, `${folder}.old`)],
])('a folder that is %s and created again is watched again', async (_title, remove) => {
  const root = mkdtempSync(join(tmpdir(), 'windhover-watch-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'out', 'dist');
  const file = join(folder, 'a.js');
  const write = (text: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  };
  const changes: string[] = [];
  const files = new FileWatch(
    (changed) => void changes.push(changed),
    (_folder, error) => expect.unreachable(error.message),
  );
  onTestFinished(() => files.close());
  write('first');
  files.add(file);
  for (let time = 0; time < 2; time++) {
    remove(folder);
    for (const text of ['a', 'b', 'c']) {
      changes.length = 0;
      write(text);
      await until(() => changes.length > 0);
    }
    rmSync(`${folder}.old`, { recursive: true, force: true });
  }
  expect(new Set(changes)).toEqual(new Set([file]));
});

it('of the modules that a process has loaded, those without a path are left out', () => {
  const imported = ['file:///app/a.ts?v=1', 'node:fs', 'file://host/b.ts', 'file:///app/c%2Fd.ts', 5];
  expect(loadedFilesOf({ 'watch:import': imported, 'watch:require': ['/app/e.cjs'] })).toEqual([
    '/app/a.ts',
    '/app/e.cjs',
  ]);
});
