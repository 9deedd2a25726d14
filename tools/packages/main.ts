// Checks packages as their users install them: `npm run packages`, or `npm run packages -- http tls`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspacePackages } from '../graph/workspace-packages.ts';
import { checkDeclarations, checkPackage } from './check-package.ts';
import { Tarballs } from './tarballs.ts';

const wanted = process.argv.slice(2);
const chosen = workspacePackages.filter(({ folder }) => wanted.length === 0 || wanted.includes(folder));
if (chosen.length < wanted.length) throw new Error(`no such package: ${wanted.join(', ')}`);

const folder = mkdtempSync(join(tmpdir(), 'windhover-packages-'));
const tarballs = new Tarballs(join(folder, 'tarballs'));
let failed = 0;

const report = (name: string, problems: readonly string[]): void => {
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  for (const problem of problems) console.log(`  ${problem.trimEnd().replaceAll('\n', '\n    ')}`);
  if (problems.length > 0) failed++;
};

for (const each of chosen) {
  report(each.manifest.name, await checkPackage(each, { folder, tarballs, managers: ['npm', 'pnpm'] }));
}
report('declarations', checkDeclarations(chosen, { folder, tarballs }));
console.log(failed === 0 ? 'everything is ready to install' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
rmSync(folder, { recursive: true, force: true });
