import { parseArgs } from 'node:util';
import { scenarios } from '../scenarios/all.mjs';

/**
 * @typedef {object} Options
 * @property {import('./run.mjs').Scenario[]} scenarios
 * @property {number | undefined} seconds
 * @property {boolean} quick
 * @property {number} parallel
 * @property {string | undefined} json
 * @property {boolean} help
 */

const groups = [...new Set(scenarios.map(({ name }) => name.split('/')[0]))];

export const help = `usage: node tools/soak/main.mjs [options]      (after a build)

  --only a,b       only these scenarios, or groups of them: ${groups.join(', ')}
  --seconds n      how long each scenario keeps at it, where it can choose; default: its own time
  --quick          a few hundred connections and little work each: to see that it works, not to quote
  --parallel n     scenarios that run at the same time, each with its own server; default 1
  --json FILE      where the results go
  --list           names of the scenarios, and what they do
  --help           this text

exit code: 0 every bound held, 1 one did not, 2 could not run`;

const definitions = /** @type {const} */ ({
  only: { type: 'string' },
  seconds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  parallel: { type: 'string' },
  json: { type: 'string' },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

/** @param {string} name @param {string | undefined} text @param {number} most */
function count(name, text, most) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be an integer from 1 to ${most}; received "${text}"`);
}

/** @param {string | undefined} only @param {boolean} quick */
function chosen(only, quick) {
  const wanted = only?.split(',').filter((name) => name !== '');
  const unknown = wanted?.find((name) => !scenarios.some((scenario) => isCalled(scenario.name, name)));
  if (unknown !== undefined) throw new Error(`no scenario is called "${unknown}"`);
  if (wanted !== undefined) return scenarios.filter((scenario) => wanted.some((name) => isCalled(scenario.name, name)));
  return quick ? scenarios.filter((scenario) => scenario.quick) : scenarios;
}

/** @param {string} full @param {string} name */
const isCalled = (full, name) => full === name || full.startsWith(`${name}/`);

/** @param {string[]} args @returns {Options} @throws Error with a sentence for the user */
export function parseOptions(args) {
  const { values } = parseArgs({ args, options: definitions, strict: true });
  const list = scenarios.map(({ name, about }) => `${name.padEnd(36)} ${about}`).join('\n');
  if (values.list) console.log(list);
  return {
    scenarios: values.list ? [] : chosen(values.only, values.quick),
    seconds: count('seconds', values.seconds, 3600),
    quick: values.quick,
    parallel: count('parallel', values.parallel, 64) ?? 1,
    json: values.json,
    help: values.help,
  };
}
