// The format of bench/results/latest.json. It contains only measured values, no derived figures, so that they cannot
// disagree.

/**
 * @typedef {import('../run/machine.mjs').About} About
 * @typedef {Record<string, (number | null)[]>} MetricValues by metric, round after round; null: that round has none
 * @typedef {{ fault?: string, values: MetricValues }} Cell
 * @typedef {About & { durationSeconds: number, subjects: import('../run/rounds.mjs').Run['subjects'],
 *   results: Record<string, Record<string, Cell>> }} Report results by scenario, then by subject
 */

const digits = 6;

/**
 * @param {About} about
 * @param {import('../run/rounds.mjs').Run} run
 * @returns {Report}
 */
export function reportOf(about, { subjects, samples, seconds }) {
  /** @type {Report['results']} */
  const results = {};
  const rounds = Math.max(0, ...samples.map(({ round }) => round));
  for (const { round, scenario, subject, metrics = {}, fault } of samples) {
    const cell = ((results[scenario] ??= {})[subject] ??= { values: {} });
    if (fault !== undefined) cell.fault = fault;
    for (const [metric, value] of Object.entries(metrics)) {
      const values = (cell.values[metric] ??= Array.from({ length: rounds }, () => null));
      values[round - 1] = Number(value.toPrecision(digits));
    }
  }
  return { ...about, durationSeconds: seconds, subjects, results };
}

/**
 * The samples of a report.
 * @param {Pick<Report, 'results'>} report
 * @returns {import('../figures/samples.mjs').Sample[]}
 */
export const samplesOf = ({ results }) =>
  Object.entries(results).flatMap(([scenario, cells]) =>
    Object.entries(cells).flatMap(([subject, { fault, values }]) => {
      const rounds = Math.max(0, ...Object.values(values).map(({ length }) => length));
      const measured = Array.from({ length: rounds }, (_, index) => {
        const metrics = Object.entries(values).flatMap(([metric, list]) => {
          const value = list[index] ?? null;
          return value === null ? [] : [/** @type {const} */ ([metric, value])];
        });
        return { round: index + 1, scenario, subject, metrics: Object.fromEntries(metrics) };
      });
      return fault === undefined ? measured : [...measured, { round: rounds + 1, scenario, subject, fault }];
    }),
  );

/** Formats lists of numbers on one line each, so that the file stays readable. @param {Report} report */
export const stringifyReport = (report) =>
  `${JSON.stringify(report, undefined, 2).replaceAll(/\[[\d\s,.e+-]*(?:null[\d\s,.e+-]*)*\]/g, (list) =>
    list.replaceAll(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  )}\n`;
