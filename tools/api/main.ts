// Writes the API report of every built package: `npm run api`. With `--check` it lists reports that are out of date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspacePackages } from '../graph/workspace-packages.ts';
import { apiReports } from './api-report.ts';

const folder = join(root, 'tools', 'api', 'reports');
const onlyCheck = process.argv.includes('--check');

mkdirSync(folder, { recursive: true });
for (const [name, report] of apiReports(workspacePackages.map((each) => each.folder))) {
  const path = join(folder, `${name}.api.md`);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (before === report) continue;
  if (!onlyCheck) writeFileSync(path, report);
  console.log(`${onlyCheck ? 'out of date' : 'written'}: ${name}`);
}
