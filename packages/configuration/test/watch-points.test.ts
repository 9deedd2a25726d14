import fileSystem, { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { watchPointsOf } from '../src/watch-points.ts';

/** Lets a process remove each link just before its target is read. */
const removeLinksWhenRead = (): void => {
  const { readlinkSync, unlinkSync } = fileSystem;
  const removed = (path: string): string => {
    unlinkSync(path);
    return readlinkSync(path);
  };
  Object.assign(fileSystem, { readlinkSync: removed });
  syncBuiltinESMExports();
  onTestFinished(() => {
    Object.assign(fileSystem, { readlinkSync });
    syncBuiltinESMExports();
  });
};

it('a link that is removed while its target is looked up is watched', () => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-links-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'v1'));
  symlinkSync('v1', join(folder, 'current'));
  removeLinksWhenRead();
  const points = [...watchPointsOf([join(folder, 'current/shop.json')]).values()];
  expect(points).toEqual([{ folder, names: new Set(['current']) }]);
});
