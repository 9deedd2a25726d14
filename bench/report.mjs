// Regenerates the page, the charts and the part of the README from bench/results/latest.json: `npm run bench:report`.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { writePublished } from './lib/report/published.mjs';

const report = JSON.parse(readFileSync(new URL('results/latest.json', import.meta.url), 'utf8'));
for (const file of writePublished(report)) console.log(`written: ${relative(process.cwd(), file)}`);
