// Generates bench/results/README.md and the part of the README with results from a report.
import { checkBudgets, formatOf, limitText, missedBy } from '../figures/budgets.mjs';
import { growthOf } from '../figures/growth.mjs';
import { metricNames, metrics } from '../figures/metrics.mjs';
import { noiseNotes } from '../figures/noise.mjs';
import { figure } from '../figures/samples.mjs';
import { axes } from '../scenarios/growth.mjs';
import { scenarios } from '../scenarios/scenarios.mjs';
import { chartsOf } from './charts.mjs';
import { labelOf } from './labels.mjs';
import { markdownTable } from './markdown.mjs';
import { samplesOf } from './results-file.mjs';

/**
 * @typedef {import('./results-file.mjs').Report} Report
 * @typedef {import('../figures/samples.mjs').Sample[]} Samples
 */

/** @param {import('../figures/statistics.mjs').Spread | undefined} value @param {(value: number) => string} write */
const withSpread = (value, write) =>
  value === undefined ? '–' : `${write(value.median)} (${write(value.min)} to ${write(value.max)})`;

/** @param {number} share */
const percent = (share) => `${(share * 100).toFixed(0)} %`;

/** Machine, date and method, in sentences. @param {Report} report */
function about({
  date,
  command,
  commit,
  machine,
  node,
  wrk,
  h2load,
  dotnet,
  settings,
  durationSeconds,
  peers,
  subjects,
}) {
  const tools = [`wrk ${wrk}`, h2load && `h2load ${h2load}`, dotnet && `.NET SDK ${dotnet}`].filter(Boolean).join(', ');
  const others = Object.entries(subjects).filter(([, { status }]) => status !== 'measured');
  return [
    `\`${command}\` on ${date.slice(0, 10)}, commit ${commit}, ${Math.round(durationSeconds / 60)} minutes: ${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node.js ${node.slice(1)}, ${tools}.`,
    `${settings.rounds} rounds in fresh processes, ${settings.seconds} bursts in each after warm-up bursts of ${settings.warmUpSeconds} s, ${settings.connections} connections. Peers: ${Object.entries(
      peers,
    )
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    ...(others.length === 0
      ? []
      : [`Not measured: ${others.map(([name, { status, note }]) => `${name} (${status}: ${note})`).join('; ')}.`]),
  ];
}

/** @param {import('../figures/budgets.mjs').Verdict} verdict */
function budgetRow(verdict) {
  const { work, subject, scenario, metric, against, figure: found } = verdict;
  const write = formatOf(verdict);
  const missed = missedBy(verdict);
  const unit = against === undefined ? ` ${metrics[metric].heading}` : '';
  const what = metrics[metric].heading.replace(' us/request', '').replace(' ms', '');
  return [
    work,
    scenario,
    against === undefined ? labelOf(subject) : `${labelOf(subject)} : ${labelOf(against)}, ${what}`,
    `${limitText(verdict)}${unit}`,
    withSpread(found, write),
    verdict.met ? 'met' : missed === undefined ? 'not measured' : `missed by ${percent(missed)}`,
  ];
}

/** @param {import('../figures/budgets.mjs').Budget[]} budgets @param {Report} report @param {Samples} samples */
function budgetSection(budgets, report, samples) {
  const verdicts = checkBudgets(budgets, samples, { scenarios: Object.keys(scenarios) }, report.subjects);
  const met = verdicts.filter((verdict) => verdict.met).length;
  return [
    '## Budgets',
    '',
    `${met} of ${verdicts.length} are met. Judged by the median; in parentheses the smallest and the largest ratio of a burst.`,
    '',
    ...markdownTable([['work', 'scenario', 'figure', 'budget', 'measured', 'verdict'], ...verdicts.map(budgetRow)]),
  ];
}

/** @param {Report} report @param {Samples} samples @param {string} scenario */
function scenarioTable(report, samples, scenario) {
  const subjects = Object.keys(report.results[scenario] ?? {});
  const shown = metricNames.filter((metric) =>
    subjects.some((subject) => figure(samples, { scenario, subject, metric })),
  );
  const rows = subjects.map((subject) => {
    const fault = report.results[scenario]?.[subject]?.fault;
    const cells = shown.map((metric) =>
      withSpread(figure(samples, { scenario, subject, metric }), metrics[metric].format),
    );
    return [fault === undefined ? labelOf(subject) : `${labelOf(subject)} (invalid: ${fault})`, ...cells];
  });
  return markdownTable([['', ...shown.map((metric) => metrics[metric].heading)], ...rows]);
}

/** @param {Report} report @param {Samples} samples */
const scenarioSections = (report, samples) =>
  Object.keys(report.results)
    .filter((name) => scenarios[name] !== undefined && scenarios[name].growth === undefined)
    .flatMap((name) => ['', `### ${name}: ${scenarios[name]?.title}`, '', ...scenarioTable(report, samples, name)]);

/** @param {Samples} samples */
function growthSection(samples) {
  const growths = Object.keys(axes).flatMap((axis) => growthOf(samples, axis));
  if (growths.length === 0) return [];
  const rows = growths.map(({ axis, subject, points, worst, isLinear }) => [
    axes[axis]?.title ?? axis,
    labelOf(subject),
    points.map(({ x, figure: { median } }) => `${x}: ${median.toPrecision(3)}`).join(', '),
    worst.toFixed(2),
    isLinear ? 'yes' : 'NO',
  ]);
  return [
    '',
    '## How cost grows',
    '',
    'CPU time in µs for a request at each point. The factor says how much faster than the work the cost grew between two points next to each',
    'other, at worst: 1 is linear, less is better, and up to 1.25 counts as linear because of noise.',
    '',
    ...markdownTable([['axis', 'subject', 'points', 'factor', 'linear or better'], ...rows]),
  ];
}

/**
 * The page of results.
 * @param {Report} report
 * @param {import('../figures/budgets.mjs').Budget[]} budgets
 */
export function resultsPage(report, budgets) {
  const samples = samplesOf(report);
  const charts = chartsOf(report, samples);
  const picture = (/** @type {{ file: string, title: string }} */ { file, title }) => ['', `![${title}](${file})`];
  const growth = charts.filter(({ file }) => file.startsWith('growth-'));
  const notes = noiseNotes(samples);
  return `${[
    '# Results',
    '',
    'Made of [latest.json](latest.json) by `npm run bench:report`; not written by hand. [How to read it](../README.md).',
    '',
    ...about(report),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note}`)]),
    '',
    ...budgetSection(budgets, report, samples),
    '',
    '## Charts',
    ...charts.filter((chart) => !growth.includes(chart)).flatMap(picture),
    ...growthSection(samples),
    ...growth.flatMap(picture),
    '',
    '## Every figure',
    '',
    'Medians over all bursts; in parentheses the smallest and the largest.',
    ...scenarioSections(report, samples),
  ].join('\n')}\n`;
}

/** The columns of the table in the README. */
const readmeScenarios = new Map([
  ['plain-small', 'GET, small heads'],
  ['vary-plain', 'GET, no two alike'],
  ['vary-pipelined', '16 pipelined, no two alike'],
]);

const readmeBaseline = 'windhover-hosting';

/** @param {Samples} samples @param {string} scenario @param {string} subject */
function readmeCell(samples, scenario, subject) {
  const metric = 'cpuMicrosPerRequest';
  const own = figure(samples, { scenario, subject, metric });
  const ratio = figure(samples, { scenario, subject, metric, against: readmeBaseline });
  if (own === undefined || ratio === undefined) return '–';
  return `${own.median.toFixed(1)} µs, ${ratio.median.toFixed(2)}x`;
}

/** The part of the project's README. @param {Report} report */
export function readmePart(report) {
  const samples = samplesOf(report);
  const [first = ''] = readmeScenarios.keys();
  const subjects = Object.keys(report.results['vary-plain'] ?? report.results[first] ?? {});
  const order = (/** @type {string} */ subject) =>
    figure(samples, { scenario: 'vary-plain', subject, metric: 'cpuMicrosPerRequest' })?.median ?? Infinity;
  const shown = subjects.filter((subject) => !/async|reused|fetch|-windhover$/.test(subject));
  const rows = shown
    .sort((a, b) => order(a) - order(b))
    .map((subject) => [
      labelOf(subject),
      ...[...readmeScenarios.keys()].map((scenario) => readmeCell(samples, scenario, subject)),
    ]);
  return [
    '![CPU time that a server spends for a request](bench/results/overview.svg)',
    '',
    `CPU time of the server for a request, and as a multiple of Windhover's; less is better. ${report.machine.cpu}, one core for the server,`,
    `Node.js ${report.node.slice(1)}, ${report.date.slice(0, 10)}. [All results, budgets and spreads](bench/results/README.md).`,
    ...(noiseNotes(samples).length === 0
      ? []
      : ['The machine was not quiet in some scenarios; the results name them.']),
    '',
    ...markdownTable([['', ...readmeScenarios.values()], ...rows]),
  ].join('\n');
}
