import { aligned } from '../report/aligned.mjs';
import { metrics } from './metrics.mjs';
import { figure } from './samples.mjs';

/**
 * @typedef {object} Limit one of the three
 * @property {number} [atMost]
 * @property {number} [atLeast]
 * @property {number} [betterBy] least factor by which the metric of `against` exceeds the metric of `subject`
 *
 * @typedef {object} BudgetSubject
 * @property {string} work the measured work in words; budgets with the same words belong together
 * @property {string} subject
 * @property {import('./metrics.mjs').MetricName} metric
 * @property {string} [against] the figure is the ratio to this subject; absent: the value itself
 *
 * @typedef {BudgetSubject & Limit & { scenarios: string[] }} Budget one entry of budgets.json
 *
 * @typedef {BudgetSubject & Limit & { scenario: string, figure?: import('./statistics.mjs').Spread, met: boolean }} Verdict a budget in one
 *   of its scenarios; `figure` absent: there is none, which counts as missed
 */

/** @param {Limit} limit @param {number} value */
const within = ({ atMost = Infinity, atLeast = -Infinity, betterBy = atLeast }, value) =>
  value <= atMost && value >= betterBy;

/**
 * Compares medians with budgets. Budgets for subjects or scenarios that were not requested are omitted. A requested
 * budget without a figure is missed, because a check must not pass by measuring nothing. A budget against a skipped
 * peer is omitted.
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
        const found = figure(samples, { ...rest, scenario, isInverse: budget.betterBy !== undefined });
        const met = found !== undefined && within(budget, found.median);
        return { ...rest, scenario, ...(found === undefined ? {} : { figure: found }), met };
      });
  });
}

/** Formats the figures of a budget. @param {BudgetSubject} budget @returns {(value: number) => string} */
export const formatOf = ({ metric, against }) =>
  against === undefined ? metrics[metric].format : (value) => `${value.toFixed(2)}x`;

/** @param {Verdict} verdict */
export function limitText({ atMost, atLeast, betterBy, ...budget }) {
  const write = formatOf(budget);
  if (atMost !== undefined) return `at most ${write(atMost)}`;
  return betterBy === undefined ? `at least ${write(atLeast ?? 0)}` : `at least ${write(betterBy)} better`;
}

/** The distance of a missed budget from its limit, as a share of the limit. @param {Verdict} verdict */
export function missedBy({ atMost, atLeast, betterBy = atLeast, figure, met }) {
  if (met || figure === undefined) return undefined;
  return atMost === undefined ? 1 - figure.median / (betterBy ?? 1) : figure.median / atMost - 1;
}

/** @param {Verdict} verdict */
function row(verdict) {
  const { subject, scenario, metric, against, figure, met } = verdict;
  const write = formatOf(verdict);
  const measured = figure === undefined ? 'no figure' : write(figure.median);
  const range = figure === undefined ? '' : `${write(figure.min)}..${write(figure.max)}`;
  const what = `${subject}  ${scenario}  ${metrics[metric].heading}${against === undefined ? '' : ` : ${against}`}`;
  return [what, measured, range, limitText(verdict), met ? 'met' : 'MISSED'];
}

/** @param {Verdict[]} verdicts */
export function budgetLines(verdicts) {
  if (verdicts.length === 0) return ['budgets: none applies to this run'];
  const missed = verdicts.filter((verdict) => !verdict.met).length;
  const rows = aligned([['budgets', 'median', 'min..max', 'budget', ''], ...verdicts.map(row)]);
  return [...rows, `${verdicts.length - missed} met, ${missed} missed`];
}
