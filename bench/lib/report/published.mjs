// The files generated from bench/results/latest.json: the page, the charts, and a part of the README.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolder } from '../support/cache-folder.mjs';
import { chartsOf } from './charts.mjs';
import { readmePart, resultsPage } from './page.mjs';
import { samplesOf } from './results-file.mjs';

const resultsFolder = join(workspaceFolder, 'bench', 'results');
const readmeFile = join(workspaceFolder, 'README.md');
const [begin, end] = ['<!-- bench results: begin -->', '<!-- bench results: end -->'];

/**
 * Inserts the results between the two marks of a README.
 * @param {string} readme
 * @param {string} part
 */
export function withPart(readme, part) {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`README.md needs the lines ${begin} and ${end}`);
  return `${readme.slice(0, from + begin.length)}\n\n${part}\n\n${readme.slice(to)}`;
}

/**
 * The files and their content.
 * @param {import('./results-file.mjs').Report} report
 * @returns {Map<string, string>} content by absolute path
 */
export function publishedFiles(report) {
  const { budgets } = JSON.parse(readFileSync(join(workspaceFolder, 'bench', 'budgets.json'), 'utf8'));
  const charts = chartsOf(report, samplesOf(report));
  return new Map([
    [join(resultsFolder, 'README.md'), resultsPage(report, budgets)],
    ...charts.map(({ file, svg }) => /** @type {const} */ ([join(resultsFolder, file), svg])),
    [readmeFile, withPart(readFileSync(readmeFile, 'utf8'), readmePart(report))],
  ]);
}

/** @param {import('./results-file.mjs').Report} report @returns {string[]} the files written */
export function writePublished(report) {
  mkdirSync(resultsFolder, { recursive: true });
  const files = publishedFiles(report);
  for (const [file, content] of files) writeFileSync(file, content);
  return [...files.keys()];
}
