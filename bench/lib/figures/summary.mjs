import { isBaseline, metricNames, metrics } from './metrics.mjs';
import { figure } from './samples.mjs';
import { scenarios } from '../scenarios/scenarios.mjs';

/**
 * @typedef {object} Result one subject in one scenario
 * @property {Record<string, import('./statistics.mjs').Spread>} figures by metric
 * @property {Record<string, Record<string, import('./statistics.mjs').Spread>>} ratios by baseline, then by metric
 * @property {string} [fault]
 */

/** @param {(metric: import('./metrics.mjs').MetricName) => import('./statistics.mjs').Spread | undefined} of */
function byMetric(of) {
  const found = metricNames.flatMap((metric) => {
    const value = of(metric);
    return value === undefined ? [] : [/** @type {const} */ ([metric, value])];
  });
  return Object.fromEntries(found);
}

/**
 * @param {import('./samples.mjs').Sample[]} samples
 * @param {string} scenario
 * @param {string} subject
 * @param {string[]} baselines
 * @returns {Result}
 */
function resultOf(samples, scenario, subject, baselines) {
  const ratioTo = (/** @type {string} */ against) =>
    byMetric((metric) => (metrics[metric].ratio ? figure(samples, { scenario, subject, metric, against }) : undefined));
  const faulty = samples.find((sample) => sample.scenario === scenario && sample.subject === subject && sample.fault);
  return {
    figures: byMetric((metric) => figure(samples, { scenario, subject, metric })),
    ratios: Object.fromEntries(baselines.map((baseline) => [baseline, ratioTo(baseline)])),
    ...(faulty?.fault === undefined ? {} : { fault: faulty.fault }),
  };
}

/**
 * Medians and spreads over the rounds, for the table and for the JSON file.
 * @param {Pick<import('../run/rounds.mjs').Run, 'subjects' | 'samples'>} run
 */
export function summarise({ subjects, samples }) {
  const measuredScenarios = Object.keys(scenarios).filter((name) => samples.some(({ scenario }) => scenario === name));
  const results = measuredScenarios.map((scenario) => {
    const measured = new Set(samples.filter((sample) => sample.scenario === scenario).map(({ subject }) => subject));
    const inOrder = Object.keys(subjects).filter((subject) => measured.has(subject));
    const bySubject = inOrder.map(
      (subject) => /** @type {const} */ ([subject, resultOf(samples, scenario, subject, inOrder.filter(isBaseline))]),
    );
    return { scenario, title: scenarios[scenario]?.title ?? '', results: Object.fromEntries(bySubject) };
  });
  return { subjects, scenarios: results };
}

/** @typedef {ReturnType<typeof summarise>} Summary */
