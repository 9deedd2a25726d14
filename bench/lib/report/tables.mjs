import { isBaseline, metricNames, metrics } from '../figures/metrics.mjs';
import { aligned } from './aligned.mjs';

/** @param {import('../run/machine.mjs').About} about */
export const heading = ({ date, command, machine, node, wrk, pinning, accounting, settings, commit }) => [
  command,
  `${date}, commit ${commit}, ${machine.cpu}, ${machine.cores} core${machine.cores === 1 ? '' : 's'}, ${machine.system}, Node ${node}, wrk ${wrk}`,
  `${settings.rounds} round${settings.rounds === 1 ? '' : 's'} of ${settings.seconds} s after warm-up bursts of ${settings.warmUpSeconds} s, ` +
    `${settings.connections} connections, ` +
    (pinning.note ?? `subject on core ${pinning.server}, wrk on core ${pinning.client}`),
  `CPU: ${accounting}`,
];

/**
 * @param {import('../figures/statistics.mjs').Spread | undefined} value
 * @param {(value: number) => string} format
 */
function cell(value, format) {
  if (value === undefined) return '-';
  const middle = format(value.median);
  return value.values.length === 1 ? middle : `${middle} (${format(value.min)}..${format(value.max)})`;
}

/** @param {number} value */
const asRatio = (value) => `${value.toFixed(2)}x`;

/** @typedef {import('../figures/summary.mjs').Result} Result */

/**
 * @param {Record<string, Result>} results
 * @returns {{ heading: string, of: (result: Result) => string }[]}
 */
function columnsFor(results) {
  const has = (/** @type {(result: Result) => unknown} */ test) => Object.values(results).some(test);
  const figures = metricNames
    .filter((metric) => has((result) => result.figures[metric]))
    .map((metric) => ({
      heading: metrics[metric].heading,
      of: (/** @type {Result} */ result) => cell(result.figures[metric], metrics[metric].format),
    }));
  const ratios = Object.keys(results)
    .filter(isBaseline)
    .flatMap((baseline) =>
      metricNames
        .filter((metric) => has((result) => result.ratios[baseline]?.[metric]))
        .map((metric) => ({
          heading: `${metrics[metric].heading.split(/[ /]/)[0]} : ${baseline}`,
          of: (/** @type {Result} */ result) => cell(result.ratios[baseline]?.[metric], asRatio),
        })),
    );
  return [...figures, ...ratios];
}

/** @param {Record<string, Result>} results */
function tableOf(results) {
  const columns = columnsFor(results);
  const rows = Object.entries(results).map(([subject, result]) => [
    result.fault === undefined ? subject : `${subject} (invalid)`,
    ...columns.map((column) => column.of(result)),
  ]);
  return aligned([['', ...columns.map((column) => column.heading)], ...rows]);
}

/** @param {import('../figures/summary.mjs').Summary} summary */
export function tables({ subjects, scenarios }) {
  const notes = Object.entries(subjects)
    .filter(([, state]) => state.status !== 'measured')
    .map(([name, state]) => `${name}: ${state.status}: ${state.note}`);
  const shown = scenarios.flatMap(({ scenario, title, results }) => ['', `${scenario}: ${title}`, ...tableOf(results)]);
  return [...shown, ...(notes.length === 0 ? [] : ['', ...notes])];
}
