import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { workspacePackages } from '../graph/workspace-packages.ts';
import { checkPackage } from './check-package.ts';
import { tarballProblems } from './tarball-problems.ts';
import { Tarballs } from './tarballs.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-packages-'));
const tarballs = new Tarballs(join(folder, 'tarballs'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const named = (name: string) => workspacePackages.find((each) => each.folder === name)!;

// Uses the built packages: build before testing. `npm run packages` checks every package in full.
describe('a packed package', () => {
  it.each(['features', 'http1-codec', 'hosting', 'windhover'])(
    '%s: links, imports, exports and types are right',
    async (name) => expect(await tarballProblems(tarballs.of(named(name)))).toEqual([]),
  );

  it('installed alone with npm: the example of its README runs and type-checks', async () => {
    expect(await checkPackage(named('connections'), { folder, tarballs, managers: ['npm'] })).toEqual([]);
  });
});
