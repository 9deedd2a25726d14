// The charts of a report. The measured scenarios determine which charts exist.
import { growthOf } from '../figures/growth.mjs';
import { figure } from '../figures/samples.mjs';
import { axes } from '../scenarios/growth.mjs';
import { scenarios } from '../scenarios/scenarios.mjs';
import { barChart } from './bar-chart.mjs';
import { labelOf, roleOf } from './labels.mjs';
import { lineChart } from './line-chart.mjs';

/** Metric that a chart shows for a scenario: the first of these that was measured. */
const shownMetrics = /** @type {const} */ (['cpuMicrosPerRequest', 'bytesPerConnection', 'startMs']);

const units = {
  cpuMicrosPerRequest: 'CPU time of the server for a request; less is better',
  bytesPerConnection: 'memory for a connection; less is better',
  startMs: 'time; less is better',
};

/** Three digits. @param {number} value */
const short = (value) => Number(value.toPrecision(3)).toLocaleString('en');

/** A time in µs, from 10,000 on in ms. @param {number} micros */
const time = (micros) => (micros < 10_000 ? `${short(micros)} µs` : `${short(micros / 1000)} ms`);

const formats = {
  cpuMicrosPerRequest: time,
  bytesPerConnection: (/** @type {number} */ kibibytes) => `${short(kibibytes)} KiB`,
  startMs: (/** @type {number} */ ms) => `${short(ms)} ms`,
};

/** The scenarios of the overview chart, and their labels. */
const overview = new Map([
  ['vary-plain', 'GET, no two requests alike'],
  ['vary-pipelined', '16 pipelined GETs, no two alike'],
  ['tls-vary-plain', 'GET over TLS, no two alike'],
  ['h2-vary-32', 'HTTP/2, 32 streams, no two requests alike'],
]);

/** One chart for the scenarios of each kind of subject. */
const kindTitles = {
  http: 'Small answers over HTTP/1.1',
  routes: 'JSON, contents and connections over HTTP/1.1',
  tls: 'HTTP/1.1 over TLS',
  unix: 'HTTP/1.1 over a unix socket',
  static: 'Static files',
  middleware: 'Five middleware',
  ws: 'WebSockets',
  h2: 'HTTP/2',
  h2tls: 'HTTP/2 and HTTP/1.1 over TLS',
  router: 'Routing',
};

/**
 * @param {import('../figures/samples.mjs').Sample[]} samples
 * @param {string} scenario
 * @param {string} title
 * @returns {import('./bar-chart.mjs').Panel[]} empty if nothing was measured
 */
function panelOf(samples, scenario, title) {
  const subjects = [...new Set(samples.filter((sample) => sample.scenario === scenario).map(({ subject }) => subject))];
  for (const metric of shownMetrics) {
    const scale = metric === 'bytesPerConnection' ? 1024 : 1;
    const bars = subjects.flatMap((subject) => {
      const found = figure(samples, { scenario, subject, metric });
      if (found === undefined) return [];
      const { median, min, max } = found;
      return [
        { label: labelOf(subject), role: roleOf(subject), median: median / scale, min: min / scale, max: max / scale },
      ];
    });
    if (bars.length > 0) {
      return [{ title, unit: units[metric], format: formats[metric], bars: bars.sort((a, b) => a.median - b.median) }];
    }
  }
  return [];
}

/** Capitalizes the first letter. @param {string} text */
const sentence = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** @param {import('./results-file.mjs').Report} report */
const where = ({ machine, node, date }) =>
  `One core each, load from another; ${machine.cpu}, Node.js ${node.slice(1)}, ${date.slice(0, 10)}. Lines: smallest to largest burst.`;

/**
 * @param {import('./results-file.mjs').Report} report
 * @param {import('../figures/samples.mjs').Sample[]} samples
 */
function barCharts(report, samples) {
  const subtitle = where(report);
  const overviewPanels = [...overview].flatMap(([scenario, title]) => panelOf(samples, scenario, title));
  const byKind = Object.entries(kindTitles).map(([kind, title]) => {
    const names = Object.keys(report.results).filter(
      (name) => (scenarios[name]?.kind ?? 'http') === kind && scenarios[name] !== undefined && !scenarios[name].growth,
    );
    const panels = names.flatMap((name) => panelOf(samples, name, sentence(scenarios[name]?.title ?? name)));
    return { file: `${kind}.svg`, title, panels };
  });
  return [
    { file: 'overview.svg', title: 'CPU time that a server spends for a request', panels: overviewPanels },
    ...byKind,
  ]
    .filter(({ panels }) => panels.length > 0)
    .map(({ file, title, panels }) => ({ file, title, svg: barChart({ title, subtitle, panels }) }));
}

/** @param {import('./results-file.mjs').Report} report @param {import('../figures/samples.mjs').Sample[]} samples */
function growthCharts(report, samples) {
  return Object.entries(axes).flatMap(([axis, { title, unit }]) => {
    const lines = growthOf(samples, axis).map(({ subject, points }) => ({
      label: labelOf(subject),
      role: roleOf(subject),
      points: points.map(({ x, figure: { median, min, max } }) => ({ x, median, min, max })),
    }));
    if (lines.length === 0) return [];
    const chart = {
      title: sentence(title),
      subtitle: `Both axes are logarithmic; dashed: cost that grows as the work does. ${report.machine.cpu}`,
      xLabel: unit,
      yLabel: 'CPU time in µs for a request',
      lines,
    };
    return [{ file: `${axis}.svg`, title: chart.title, svg: lineChart(chart) }];
  });
}

/**
 * @param {import('./results-file.mjs').Report} report
 * @param {import('../figures/samples.mjs').Sample[]} samples of the report
 * @returns {{ file: string, title: string, svg: string }[]}
 */
export const chartsOf = (report, samples) => [...barCharts(report, samples), ...growthCharts(report, samples)];
