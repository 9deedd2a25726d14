// Draws the views that the server sends. No framework and no build: browsers run this file unchanged.

/** @typedef {import('../snapshot.ts').LiveView} LiveView */

/** Views on a chart: one and a half minutes. */
const length = 90;
/** @type {LiveView[]} */
let views = [];

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

// Text

const number = (/** @type {number} */ value) =>
  value >= 1e6
    ? `${(value / 1e6).toFixed(1)}M`
    : value >= 1e4
      ? `${(value / 1e3).toFixed(1)}k`
      : value >= 100 || Number.isInteger(value)
        ? value.toFixed(0)
        : value.toFixed(1);

const milliseconds = (/** @type {number} */ value) =>
  value >= 1000
    ? [(value / 1000).toFixed(value >= 10_000 ? 0 : 1), 's']
    : [value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2), 'ms'];

const duration = (/** @type {number} */ value) => (value === 0 ? '–' : milliseconds(value).join(' '));

const bytes = (/** @type {number} */ value) =>
  value >= 1 << 30
    ? [(value / (1 << 30)).toFixed(2), 'GiB']
    : value >= 1 << 20
      ? [(value / (1 << 20)).toFixed(value >= 100 << 20 ? 0 : 1), 'MiB']
      : [(value / 1024).toFixed(value >= 102_400 ? 0 : 1), 'KiB'];

// Elements. Text of clients is set as text, never as markup.

const element = (
  /** @type {string} */ name,
  /** @type {string} */ className,
  /** @type {(Node | string)[]} */ ...content
) => {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
};

const shape = (/** @type {string} */ name, /** @type {Record<string, string | number>} */ attributes, text = '') => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
};

// Curves

/** Points of a curve: the newest value is on the right. */
const points = (
  /** @type {number[]} */ values,
  /** @type {number} */ width,
  /** @type {number} */ height,
  /** @type {number} */ most,
) =>
  values.map((value, at) => {
    const x = width - ((values.length - 1 - at) * width) / (length - 1);
    return `${x.toFixed(1)},${(height - (value / most) * height).toFixed(1)}`;
  });

/** The next round number. */
const rounded = (/** @type {number} */ value) => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-6)));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
};

const sparkline = (/** @type {number[]} */ values, /** @type {string} */ colour) => {
  const svg = shape('svg', {
    viewBox: '0 0 100 36',
    preserveAspectRatio: 'none',
    class: colour,
    'aria-hidden': 'true',
  });
  const most = Math.max(...values, 1e-9) * 1.15;
  const line = points(values, 100, 36, most);
  if (line.length < 2) return svg;
  const left = line[0].split(',')[0];
  svg.append(shape('path', { class: 'area', d: `M${left},36L${line.join('L')}L100,36Z` }));
  svg.append(shape('polyline', { class: 'curve', points: line.join(' ') }));
  return svg;
};

/**
 * @typedef {{ name: string, colour: string, values: number[] }} Series
 * @param {string} id
 * @param {Series[]} series the lowest first
 * @param {(value: number) => string} label
 * @param {boolean} isStacked
 */
const draw = (id, series, label, isStacked) => {
  const svg = byId(id);
  const { width, height: full } = svg.getBoundingClientRect();
  const height = full - 18;
  const sums = series.map(({ values }) => [...values]);
  if (isStacked)
    for (let at = 1; at < sums.length; at++) sums[at] = sums[at].map((value, x) => value + sums[at - 1][x]);
  const most = rounded(Math.max(...sums.flat(), isStacked ? 10 : 1) * 1.05);
  svg.setAttribute('viewBox', `0 0 ${width} ${full}`);
  svg.replaceChildren();
  for (const share of [0, 0.5, 1]) {
    const y = height - share * height;
    svg.append(shape('line', { class: 'grid', x1: 0, x2: width, y1: y, y2: y }));
    if (share > 0) svg.append(shape('text', { x: 2, y: y + 12 }, label(most * share)));
  }
  for (let at = sums.length - 1; at >= 0; at--) {
    const line = points(sums[at], width, height, most);
    if (line.length < 2) continue;
    const below =
      isStacked && at > 0
        ? points(sums[at - 1], width, height, most).toReversed()
        : [`${width},${height}`, `${line[0].split(',')[0]},${height}`];
    const group = shape('g', { class: series[at].colour });
    if (isStacked) group.append(shape('path', { class: 'area', d: `M${line.join('L')}L${below.join('L')}Z` }));
    if (!isStacked || series[at].values.some((value) => value > 0)) {
      group.append(shape('polyline', { class: 'curve', points: line.join(' ') }));
    }
    svg.append(group);
  }
  svg.append(shape('text', { x: 2, y: full - 3 }, `${length} s ago`));
  svg.append(shape('text', { x: width - 2, y: full - 3, 'text-anchor': 'end' }, 'now'));
};

const legend = (/** @type {string} */ id, /** @type {[name: string, colour: string, text: string][]} */ entries) =>
  byId(id).replaceChildren(
    ...entries.map(([name, colour, text]) => element('li', colour, `${name} `, element('span', '', text))),
  );

// The page

/** @type {[title: string, colour: string, value: (view: LiveView) => [text: string, unit: string], detail: (view: LiveView) => string, history: (view: LiveView) => number, isBad?: (view: LiveView) => boolean][]} */
const cards = [
  [
    'Requests',
    'blue',
    ({ requests }) => [number(requests.perSecond), '/s'],
    ({ requests }) => `${requests.active} active, ${number(requests.abortedPerSecond)}/s aborted`,
    ({ requests }) => requests.perSecond,
  ],
  [
    'Latency p99',
    'violet',
    ({ requests }) => (requests.p99 === 0 ? ['–', ''] : milliseconds(requests.p99)),
    ({ requests }) => `p50 ${duration(requests.p50)}`,
    ({ requests }) => requests.p99,
  ],
  [
    'Errors',
    'red',
    ({ requests }) => [number(requests.failedPerSecond), '/s'],
    ({ requests }) => `${number(requests.refusedPerSecond)}/s refused`,
    ({ requests }) => requests.failedPerSecond,
    ({ requests }) => requests.failedPerSecond > 0,
  ],
  [
    'Connections',
    'green',
    ({ connections }) => [number(connections.current), ''],
    ({ connections }) => `${number(connections.acceptedPerSecond)}/s new, ${connections.upgraded} upgraded`,
    ({ connections }) => connections.current,
  ],
  [
    'Event loop delay',
    'amber',
    ({ delay }) => milliseconds(delay.p99),
    ({ delay }) => `max ${milliseconds(delay.max).join(' ')}`,
    ({ delay }) => delay.p99,
    ({ delay }) => delay.p99 > 100,
  ],
  [
    'Memory',
    'blue',
    ({ memory }) => bytes(memory),
    ({ cpu }) => `${cpu.toFixed(2)} cores busy`,
    ({ memory }) => memory,
  ],
];

const showCards = (/** @type {LiveView} */ view) =>
  byId('cards').replaceChildren(
    ...cards.map(([title, colour, value, detail, history, isBad]) => {
      const [text, unit] = value(view);
      const card = element('div', isBad?.(view) === true ? 'card bad' : 'card', element('h2', '', title));
      card.append(element('strong', '', text, element('small', '', unit)), element('p', '', detail(view)));
      card.append(sparkline(views.map(history), colour));
      return card;
    }),
  );

/** @param {string} id @param {string[]} head @param {(string | [text: string, isBad: boolean])[][]} rows */
const table = (id, head, rows) => {
  const header = element('tr', '', ...head.map((text) => element('th', '', text)));
  const cell = (/** @type {string | [string, boolean]} */ content) =>
    typeof content === 'string' ? element('td', '', content) : element('td', content[1] ? 'bad' : '', content[0]);
  const body = rows.map((cells) => element('tr', '', ...cells.map(cell)));
  const none = element('tr', 'empty', element('td', '', 'No requests yet'));
  byId(id).replaceChildren(element('thead', '', header), element('tbody', '', ...(body.length > 0 ? body : [none])));
};

/** @param {LiveView['routes']} all */
const rateRows = (all) =>
  all.map(({ name, perSecond, failedPerSecond, p50, p99 }) => [
    name,
    number(perSecond),
    /** @type {[string, boolean]} */ ([number(failedPerSecond), failedPerSecond > 0]),
    duration(p50),
    duration(p99),
  ]);

/** @type {[status: string, colour: string][]} */
const statuses = [
  ['2xx', 'green'],
  ['3xx', 'blue'],
  ['4xx', 'amber'],
  ['5xx', 'red'],
];

/** @type {[name: 'p50' | 'p90' | 'p99', colour: string][]} */
const percentiles = [
  ['p50', 'green'],
  ['p90', 'blue'],
  ['p99', 'violet'],
];

const show = () => {
  const view = views.at(-1);
  if (view === undefined) return;
  showCards(view);
  draw(
    'requests-chart',
    statuses.map(([name, colour]) => ({
      name,
      colour,
      values: views.map(({ requests }) => requests.statuses[name] ?? 0),
    })),
    number,
    true,
  );
  legend(
    'status-legend',
    statuses.map(([name, colour]) => [name, colour, number(view.requests.statuses[name] ?? 0)]),
  );
  draw(
    'latency-chart',
    percentiles.map(([name, colour]) => ({ name, colour, values: views.map(({ requests }) => requests[name]) })),
    (value) => milliseconds(value).join(' '),
    false,
  );
  legend(
    'latency-legend',
    percentiles.map(([name, colour]) => [name, colour, duration(view.requests[name])]),
  );
  const head = ['req/s', 'err/s', 'p50', 'p99'];
  table('routes', ['Route', ...head], rateRows(view.routes));
  table('endpoints', ['Endpoint', ...head], rateRows(view.endpoints));
  table(
    'workers',
    ['pid', 'req/s', 'conns', 'cores', 'delay', 'memory'],
    view.processes.map(({ pid, perSecond, connections, cpu, delay, memory }) => [
      String(pid),
      number(perSecond),
      number(connections),
      cpu.toFixed(2),
      milliseconds(delay).join(' '),
      bytes(memory).join(' '),
    ]),
  );
  const count = view.processes.length;
  byId('processes').textContent = `${location.host} · ${count === 1 ? '1 process' : `${count} processes`}`;
};

const state = (/** @type {string} */ text, /** @type {string} */ className) => {
  byId('state').textContent = text;
  byId('state').className = className;
};

const { events = '' } = document.body.dataset;
const source = new EventSource(`${events}${location.search}`);
source.addEventListener('open', () => state('live', 'live'));
source.addEventListener('error', () => state('connection lost', 'lost'));
source.addEventListener('history', ({ data }) => {
  views = JSON.parse(data);
  show();
});
source.addEventListener('view', ({ data }) => {
  views.push(JSON.parse(data));
  if (views.length > length) views.shift();
  show();
});
addEventListener('resize', show);
