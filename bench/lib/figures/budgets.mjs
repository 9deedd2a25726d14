import { metrics } from './metrics.mjs';
import { aligned } from '../report/tables.mjs';
import { figure } from './samples.mjs';

/**
 * @typedef {object} Budget one entry of budgets.json
 * @property {string} subject
 * @property {string[]} scenarios
 * @property {import('./metrics.mjs').MetricName} metric
 * @property {string} [against] the figure is the ratio to this subject; absent: the value itself
 * @property {number} [atMost]
 * @property {number} [atLeast]
 *
 * @typedef {object} Verdict a budget in one of its scenarios
 * @property {string} subject
 * @property {string} scenario
 * @property {import('./metrics.mjs').MetricName} metric
 * @property {string} [against]
 * @property {number} [atMost]
 * @property {number} [atLeast]
 * @property {import('./statistics.mjs').Spread} [figure] absent: there is none, which counts as missed
 * @property {boolean} met
 */

/** @param {Budget} budget @param {number} value */
const within = ({ atMost = Infinity, atLeast = -Infinity }, value) => value <= atMost && value >= atLeast;

/**
 * Judges by the median. Budgets for subjects or scenarios that were not asked for are left out; one that was asked for and has no
 * figure is missed, since a check must not pass by measuring nothing. A budget against a peer that was skipped is left out.
 * @param {Budget[]} budgets
 * @param {import('./samples.mjs').Sample[]} samples
 * @param {{ subjects?: string[] | undefined, scenarios: string[] }} asked
 * @param {import('../run/rounds.mjs').Run['subjects']} [states] of the subjects
 * @returns {Verdict[]}
 */
export function checkBudgets(budgets, samples, asked, states = {}) {
  const wanted = budgets.filter(
    ({ subject, against = subject }) =>
      (asked.subjects?.includes(subject) ?? true) && (against === subject || states[against]?.status !== 'skipped'),
  );
  return wanted.flatMap((budget) => {
    const { scenarios, ...rest } = budget;
    return scenarios
      .filter((scenario) => asked.scenarios.includes(scenario))
      .map((scenario) => {
        const found = figure(samples, { ...rest, scenario });
        const met = found !== undefined && within(budget, found.median);
        return { ...rest, scenario, ...(found === undefined ? {} : { figure: found }), met };
      });
  });
}

/** @param {Verdict} verdict */
function row({ subject, scenario, metric, against, atMost, atLeast, figure, met }) {
  const { heading, format } = metrics[metric];
  const write = against === undefined ? format : (/** @type {number} */ value) => `${value.toFixed(2)}x`;
  const limit = atMost === undefined ? `at least ${write(atLeast ?? 0)}` : `at most ${write(atMost)}`;
  const measured = figure === undefined ? 'no figure' : write(figure.median);
  const range = figure === undefined ? '' : `${write(figure.min)}..${write(figure.max)}`;
  const what = `${subject}  ${scenario}  ${heading}${against === undefined ? '' : ` : ${against}`}`;
  return [what, measured, range, limit, met ? 'met' : 'MISSED'];
}

/** @param {Verdict[]} verdicts */
export function budgetLines(verdicts) {
  if (verdicts.length === 0) return ['budgets: none is about what was measured'];
  const missed = verdicts.filter((verdict) => !verdict.met).length;
  const rows = aligned([['budgets', 'median', 'min..max', 'budget', ''], ...verdicts.map(row)]);
  return [...rows, `${verdicts.length - missed} met, ${missed} missed`];
}
