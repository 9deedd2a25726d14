import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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

it('of the modules that a process has loaded, those without a path are left out', () => {
  const imported = ['file:///app/a.ts?v=1', 'node:fs', 'file://host/b.ts', 'file:///app/c%2Fd.ts', 5];
  expect(loadedFilesOf({ 'watch:import': imported, 'watch:require': ['/app/e.cjs'] })).toEqual([
    '/app/a.ts',
    '/app/e.cjs',
  ]);
});
