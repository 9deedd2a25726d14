import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { labelOf, roleOf } from '../lib/report/labels.mjs';
import { markdownTable } from '../lib/report/markdown.mjs';
import { readmePart, resultsPage } from '../lib/report/page.mjs';
import { publishedFiles, withPart } from '../lib/report/published.mjs';
import { reportOf, samplesOf, stringifyReport } from '../lib/report/results-file.mjs';

const about = {
  date: '2026-01-02T00:00:00.000Z',
  command: 'npm run bench -- --published',
  commit: 'abc',
  machine: { cpu: 'a CPU', cores: 2, system: 'Linux' },
  node: 'v26.0.0',
  wrk: '4',
  h2load: undefined,
  dotnet: undefined,
  peers: { koa: '3' },
  pinning: {},
  accounting: '',
  settings: { rounds: 2, seconds: 1, warmUpSeconds: 1, connections: 64 },
};

const samples = [1, 2].flatMap((round) =>
  [
    ['net-floor', 10],
    ['windhover-server', 11],
    ['windhover-hosting', 12],
    ['node-http', 20],
  ].map(([subject, cost]) => ({
    round,
    scenario: 'vary-plain',
    subject: String(subject),
    metrics: { cpuMicrosPerRequest: Number(cost) * round, busy: 1 },
  })),
);
const states = {
  'net-floor': { status: 'measured' as const },
  deno: { status: 'skipped' as const, note: 'deno cannot be installed here' },
};
const report = reportOf(about, { subjects: states, samples, seconds: 61 });
const budgets = [
  {
    work: 'GET',
    subject: 'windhover-server',
    scenarios: ['vary-plain'],
    metric: 'cpuMicrosPerRequest' as const,
    against: 'net-floor',
    atMost: 1,
  },
  {
    work: 'GET',
    subject: 'windhover-server',
    scenarios: ['vary-plain'],
    metric: 'cpuMicrosPerRequest' as const,
    against: 'node-http',
    betterBy: 1.5,
  },
  { work: 'start', subject: 'windhover-server', scenarios: ['start'], metric: 'startMs' as const, atMost: 1 },
];

describe('the file of results', () => {
  it('holds every sample', () => {
    const read = samplesOf(JSON.parse(stringifyReport(report)));
    expect(read).toEqual(expect.arrayContaining(samples));
    expect(read).toHaveLength(samples.length);
  });
  it('keeps a fault, and rounds without a value', () => {
    const faulty = [
      { round: 2, scenario: 'idle', subject: 'a', metrics: { bytesPerConnection: 5 } },
      { round: 3, scenario: 'idle', subject: 'a', fault: 'closed' },
    ];
    const { results } = reportOf(about, { subjects: {}, samples: faulty, seconds: 1 });
    expect(results['idle']?.['a']).toEqual({ fault: 'closed', values: { bytesPerConnection: [null, 5, null] } });
    expect(samplesOf({ results }).some(({ fault }: { fault?: string }) => fault === 'closed')).toBe(true);
  });
  it('has the values of a metric on one line', () =>
    expect(stringifyReport(report)).toContain('"cpuMicrosPerRequest": [10, 20]'));
});

describe('the page of results', () => {
  const page = resultsPage(report, budgets);

  it.each([
    [
      'a budget that is missed, and by how much',
      /Windhover, bare : floor: node:net, CPU \|.*1\.10x.* missed by 10 % \|/,
    ],
    ['a budget that is met', /Windhover, bare : node:http, CPU \|.*at least 1\.50x better.*1\.82x.* met \|/],
    ['a budget without a figure', /\| start .* not measured \|/],
    ['the command, the commit and the machine', /`npm run bench -- --published` on 2026-01-02, commit abc, .*a CPU/],
    ['what was skipped, and why', /deno \(skipped: deno cannot be installed here\)/],
    ['the spread', /15\.00 \(10\.00 to 20\.00\)/],
    ['the chart', /!\[.*\]\(overview\.svg\)/],
  ])('shows %s', (_, row) => expect(page).toMatch(row));

  it('the README has a table sorted by cost, with multiples of Windhover', () =>
    expect(readmePart(report)).toMatch(/floor[^]*Windhover, bare[^]*Windhover +\|[^]*1\.00x[^]*node:http[^]*1\.67x/));
  it('the part of a README is replaced, and nothing else', () => {
    const readme = 'a\n<!-- bench results: begin -->\nold\n<!-- bench results: end -->\nb';
    const replaced = withPart(readme, 'new');
    expect(replaced).toBe('a\n<!-- bench results: begin -->\n\nnew\n\n<!-- bench results: end -->\nb');
    expect(withPart(replaced, 'new')).toBe(replaced);
    expect(() => withPart('a', 'new')).toThrow(/needs the lines/);
  });
  it('columns of a table are aligned', () =>
    expect(
      markdownTable([
        ['a', 'b'],
        ['long', '1'],
      ]),
    ).toEqual(['| a    |   b |', '| ---- | --: |', '| long |   1 |']));
});

const latest = join(import.meta.dirname, '..', 'results', 'latest.json');

describe('bench/results', () => {
  it.skipIf(!existsSync(latest))('shows latest.json: `npm run bench:report` changes nothing', () => {
    const files: Map<string, string> = publishedFiles(JSON.parse(readFileSync(latest, 'utf8')));
    for (const [file, content] of files) expect([file, readFileSync(file, 'utf8')]).toEqual([file, content]);
  });
});

describe('labels', () => {
  it.each([
    ['express-windhover', 'Express, on Windhover', 'own'],
    ['fastify-node', 'Fastify, on node:http', 'peer'],
    ['routes-kestrel-tuned', 'Kestrel, tuned', 'peer'],
    ['tls-floor', 'floor: node:tls', 'floor'],
    ['routes-my-server', 'my-server', 'peer'],
  ])('%s: %s', (subject, label, role) => expect([labelOf(subject), roleOf(subject)]).toEqual([label, role]));
});
