// Whole-server measurements. `npm run bench -- --help` lists the options; bench/README.md explains the results.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { budgetLines, checkBudgets } from './lib/figures/budgets.mjs';
import { noiseNotes } from './lib/figures/noise.mjs';
import { summarise } from './lib/figures/summary.mjs';
import { wrkVersion } from './lib/load/wrk.mjs';
import { help, parseOptions } from './lib/options.mjs';
import { writePublished } from './lib/report/published.mjs';
import { reportOf, stringifyReport } from './lib/report/results-file.mjs';
import { heading, tables } from './lib/report/tables.mjs';
import { endAllOnExit } from './lib/run/children.mjs';
import { describeMachine } from './lib/run/machine.mjs';
import { choosePinning, pinSelf } from './lib/run/pinning.mjs';
import { clock } from './lib/run/progress.mjs';
import { measureAll } from './lib/run/rounds.mjs';
import { chooseSubjects, kindOf } from './lib/run/subject.mjs';
import { scenarios, scenariosNamed } from './lib/scenarios/scenarios.mjs';
import { publishedCells } from './lib/selection.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const readJson = (/** @type {string} */ name) => JSON.parse(readFileSync(join(here, name), 'utf8'));

/** Ends the bench with an error: code 2 if it cannot run, 1 is reserved for the result of a run. */
function refuse(/** @type {string} */ reason) {
  console.error(`bench: ${reason}`);
  return process.exit(2);
}

function readOptions() {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    return refuse(`${/** @type {Error} */ (error).message}\n\n${help}`);
  }
}

/** The cells to measure, and the subjects in them. @param {import('./lib/options.mjs').Options} options */
function choose(options) {
  const subjects = chooseSubjects(join(here, 'subjects'), options.subjects);
  if (!options.published) {
    const kinds = new Set(options.scenarios.map((name) => scenarios[name]?.kind ?? 'http'));
    return { subjects: subjects.filter(({ name, missing }) => missing || kinds.has(kindOf(name))) };
  }
  const cells = publishedCells(readJson('published.json').scenarios, readJson('budgets.json').budgets, scenariosNamed);
  const chosen = new Set(options.scenarios.flatMap((scenario) => [...(cells.get(scenario) ?? [])]));
  return { subjects: subjects.filter(({ name }) => chosen.has(name)), cells };
}

/** @param {string | undefined} given @param {boolean} isPartial */
const resultsFile = (given, isPartial) =>
  resolve(given ?? join(here, 'results', isPartial ? 'partial.json' : 'latest.json'));

async function main() {
  const options = readOptions();
  if (options.help) {
    console.log(help);
    return;
  }
  const wrk = wrkVersion();
  if (wrk === undefined)
    refuse('wrk is not installed. On Debian and Ubuntu: apt-get install wrk; on macOS: brew install wrk');
  endAllOnExit();

  const pinning = choosePinning();
  const about = describeMachine({ wrk, pinning, options });
  console.log(heading(about).join('\n'));
  pinSelf(pinning);

  const run = await measureAll({ ...choose(options), options, pinning });
  console.log(tables(summarise(run)).join('\n'));
  for (const note of noiseNotes(run.samples)) console.log(note);
  const verdicts = options.check
    ? checkBudgets(readJson('budgets.json').budgets, run.samples, options, run.subjects)
    : undefined;
  if (verdicts !== undefined) console.log(`\n${budgetLines(verdicts).join('\n')}`);

  const report = reportOf(about, run);
  const file = resultsFile(options.json, options.partial);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, stringifyReport(report));
  console.log(`\n${clock(run.seconds)} minutes; written: ${relative(process.cwd(), file)}`);
  if (options.json === undefined && !options.partial) {
    for (const written of writePublished(report)) console.log(`written: ${relative(process.cwd(), written)}`);
  }

  const isInvalid =
    Object.values(run.subjects).some((state) => state.status === 'invalid') ||
    run.samples.some(({ fault }) => fault !== undefined);
  if (isInvalid || verdicts?.some((verdict) => !verdict.met)) process.exitCode = 1;
}

await main();
