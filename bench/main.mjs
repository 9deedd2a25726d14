// Whole-server measurements: `npm run bench -- --help` tells what can be asked for, bench/README.md how to read the answer.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { budgetLines, checkBudgets } from './lib/figures/budgets.mjs';
import { endAllOnExit } from './lib/run/children.mjs';
import { describeMachine } from './lib/run/machine.mjs';
import { help, parseOptions } from './lib/options.mjs';
import { choosePinning, pinSelf } from './lib/run/pinning.mjs';
import { heading, tables } from './lib/report/tables.mjs';
import { measureAll } from './lib/run/rounds.mjs';
import { chooseSubjects } from './lib/run/subject.mjs';
import { summarise } from './lib/figures/summary.mjs';
import { wrkVersion } from './lib/load/wrk.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Ends the bench with a reason: 2 for "cannot run at all", 1 is kept for what a run found. */
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

function writeJson(/** @type {string} */ file, /** @type {unknown} */ report) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`\nwritten: ${relative(process.cwd(), file)}`);
}

function check(
  /** @type {import('./lib/run/rounds.mjs').Run} */ run,
  /** @type {import('./lib/options.mjs').Options} */ options,
) {
  const { budgets } = JSON.parse(readFileSync(join(here, 'budgets.json'), 'utf8'));
  const verdicts = checkBudgets(budgets, run.samples, options, run.subjects);
  console.log(`\n${budgetLines(verdicts).join('\n')}`);
  return verdicts;
}

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
  const subjects = chooseSubjects(join(here, 'subjects'), options.subjects);
  const about = describeMachine({ wrk, pinning, options });
  console.log(heading(about).join('\n'));
  pinSelf(pinning);

  const run = await measureAll({ subjects, options, pinning });
  const summary = summarise(run, options);
  console.log(tables(summary).join('\n'));
  const verdicts = options.check ? check(run, options) : undefined;
  writeJson(resolve(options.json ?? join(here, 'results', 'latest.json')), { ...about, ...summary, budgets: verdicts });

  const invalid = Object.values(run.subjects).some((state) => state.status === 'invalid');
  if (invalid || verdicts?.some((verdict) => !verdict.met)) process.exitCode = 1;
}

await main();
