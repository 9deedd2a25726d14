import { ratiosByRound, spread } from './statistics.mjs';

/**
 * @typedef {object} Sample the result of one subject in one scenario and round
 * @property {number} round
 * @property {string} scenario
 * @property {string} subject
 * @property {Record<string, number>} [metrics]
 * @property {string} [fault] instead of metrics
 */

/**
 * The values of one metric by round; empty if a round failed, because the remaining values would be too favorable.
 * @param {Sample[]} samples
 * @param {string} scenario
 * @param {string} subject
 * @param {string} metric
 */
function valuesOf(samples, scenario, subject, metric) {
  const own = samples.filter((sample) => sample.scenario === scenario && sample.subject === subject);
  /** @type {Map<number, number>} */
  const values = new Map();
  if (own.some((sample) => sample.fault !== undefined)) return values;
  for (const { round, metrics } of own) {
    const value = metrics?.[metric];
    if (value !== undefined) values.set(round, value);
  }
  return values;
}

/**
 * One figure of the report.
 * @param {Sample[]} samples
 * @param {{ scenario: string, subject: string, metric: string, against?: string, isInverse?: boolean }} wanted `against`: as a ratio to
 *   that subject; `isInverse`: the ratio of that subject to this one
 * @returns {import('./statistics.mjs').Spread | undefined} undefined: not measured, or invalid
 */
export function figure(samples, { scenario, subject, metric, against, isInverse = false }) {
  const values = valuesOf(samples, scenario, subject, metric);
  if (against === undefined) return spread([...values.values()]);
  const others = valuesOf(samples, scenario, against, metric);
  return spread(isInverse ? ratiosByRound(others, values) : ratiosByRound(values, others));
}
