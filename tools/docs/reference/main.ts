// Writes the reference pages from the sources: `npm run docs` does it first, and
// `node --import ./tools/test-support/sources.mjs tools/docs/reference/main.ts` does nothing else.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspacePackages } from '../../graph/workspace-packages.ts';
import { docsFolder } from '../site-pages.ts';
import { type PackageExports, referencePages } from './reference-pages.ts';

const packages: PackageExports = new Map(
  await Promise.all(
    workspacePackages.map(async ({ folder }) => {
      const exports = (await import(join(root, 'packages', folder, 'src', 'index.ts'))) as Record<string, unknown>;
      return [folder, exports] as const;
    }),
  ),
);
const folder = join(root, docsFolder, 'reference');
mkdirSync(folder, { recursive: true });
for (const [name, page] of referencePages(packages)) writeFileSync(join(folder, name), page);
execFileSync(join(root, 'node_modules', '.bin', 'oxfmt'), [folder], { shell: process.platform === 'win32' });
