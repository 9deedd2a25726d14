import { parseArgs } from 'node:util';
import { scenarioNames, scenarios, scenariosNamed } from './scenarios/scenarios.mjs';

/**
 * @typedef {object} Options
 * @property {string[] | undefined} subjects undefined: the default list and all other files in the folder
 * @property {string[]} scenarios
 * @property {number} rounds
 * @property {number} seconds bursts of one second for each subject in a round
 * @property {number} warmUp seconds of a warm-up burst
 * @property {number} connections open during a wrk run
 * @property {boolean} published only the cells of bench/published.json and the budgets
 * @property {boolean} partial whether subjects, scenarios or time were cut down, so that the results are not for publication
 * @property {string | undefined} json
 * @property {boolean} check
 * @property {boolean} help
 */

export const help = `usage: npm run bench -- [options]      (or: node bench/main.mjs [options], after a build)

  --subjects a,b      only these (files bench/subjects/<name>.mjs); default: all of them
  --scenarios a,b     only these of ${scenarioNames.join(', ')}
  --published         only the cells that the results page, the charts and the budgets show: a run of about 55 minutes, with --rounds 2 of 37
  --rounds n          how often everything is measured in fresh processes; default 3
  --seconds n         bursts of one second for each subject in a round; default 4
  --warm-up n         seconds of a warm-up burst, repeated until the cost of a request is steady; default 2
  --connections n     connections of a wrk run; default 64
  --quick             one round of one second: to see that it works, not to quote
  --check             compare with bench/budgets.json; the exit code is 1 when a budget is missed
  --json FILE         where the results go; default bench/results/latest.json, of a part of the bench bench/results/partial.json
  --help              this text

exit code: 0 done, 1 a subject was invalid or a budget missed, 2 could not run`;

const definitions = /** @type {const} */ ({
  subjects: { type: 'string' },
  scenarios: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  'warm-up': { type: 'string' },
  connections: { type: 'string' },
  published: { type: 'boolean', default: false },
  json: { type: 'string' },
  quick: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

/** Few bursts in each process, so that the spread also shows differences between processes. */
const publishedTimes = { rounds: 3, seconds: 2, warmUp: 1 };

/** @type {(text: string | undefined) => string[] | undefined} */
const list = (text) => text?.split(',').filter((name) => name !== '');

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} byDefault
 * @param {number} most
 */
function count(name, text, byDefault, most) {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be an integer from 1 to ${most}; received "${text}"`);
}

/** @param {string[] | undefined} given */
function scenariosFrom(given) {
  const unknown = given?.find((name) => scenariosNamed(name).length === 0);
  if (unknown !== undefined) throw new Error(`no scenario is called "${unknown}"`);
  return given?.flatMap(scenariosNamed) ?? Object.keys(scenarios);
}

/** @param {string[] | undefined} given */
function subjectsFrom(given) {
  const odd = given?.find((name) => !/^[a-z0-9][a-z0-9-]*$/.test(name));
  if (odd !== undefined) throw new Error(`"${odd}" is not the name of a subject`);
  return given;
}

/**
 * @param {string[]} args
 * @returns {Options}
 * @throws Error with a sentence for the user
 */
export function parseOptions(args) {
  const { values } = parseArgs({ args, options: definitions, strict: true });
  const { quick, published } = values;
  const byDefault = quick
    ? { rounds: 1, seconds: 1, warmUp: 1 }
    : published
      ? publishedTimes
      : { rounds: 3, seconds: 4, warmUp: 2 };
  return {
    subjects: subjectsFrom(list(values.subjects)),
    scenarios: scenariosFrom(list(values.scenarios)),
    rounds: count('rounds', values.rounds, byDefault.rounds, 100),
    seconds: count('seconds', values.seconds, byDefault.seconds, 600),
    warmUp: count('warm-up', values['warm-up'], byDefault.warmUp, 60),
    connections: count('connections', values.connections, 64, 10_000),
    json: values.json,
    check: values.check,
    published,
    partial: quick || values.subjects !== undefined || values.scenarios !== undefined,
    help: values.help,
  };
}
