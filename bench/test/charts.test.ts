import { describe, expect, it } from 'vitest';
import { barChart } from '../lib/report/bar-chart.mjs';
import { callTree, flameGraph } from '../lib/report/flame-graph.mjs';
import { lineChart, ticks } from '../lib/report/line-chart.mjs';

/** Throws on text that is not well-formed XML: every tag must close. */
const expectWellFormed = (svg: string): void => {
  const open: string[] = [];
  for (const [, close, name = '', selfClosing] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (close === '/') expect(open.pop()).toBe(name);
    else if (selfClosing !== '/') open.push(name);
  }
  expect(open).toEqual([]);
  expect(svg.replaceAll(/&(amp|lt|gt|quot);/g, '')).not.toContain('&');
};

const bar = (label: string, median: number) => ({
  label,
  role: 'own' as const,
  median,
  min: median - 1,
  max: median + 1,
});

describe('bar chart', () => {
  const panel = { title: 'GET <plain> & "vary"', unit: 'µs', format: String, bars: [bar('a', 10), bar('b', 20)] };
  const svg = barChart({ title: 'Cost', subtitle: 'here', panels: [panel] });

  it('is well-formed, with labels escaped', () => {
    expectWellFormed(svg);
    expect(svg).toContain('GET &lt;plain&gt; &amp; &quot;vary&quot;');
  });
  it('draws a bar twice as long for twice the value', () => {
    const [first, second] = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(second).toBeCloseTo(2 * (first ?? 0), 1);
  });
  it('draws the spread of each bar', () => expect(svg.match(/class="spread"/g)).toHaveLength(2));
  it('has colours for light and dark', () => expect(svg).toContain('prefers-color-scheme: dark'));
  it('puts each panel into the shorter of two columns', () => {
    const tall = { ...panel, bars: Array.from({ length: 9 }, (_, index) => bar(`bar ${index}`, index + 1)) };
    const moved = barChart({ title: '', subtitle: '', panels: [tall, panel, panel] });
    const columns = [...moved.matchAll(/translate\((\d+) \d+\)/g)].map(([, x]) => x);
    expect(columns[1]).toBe(columns[2]);
    expect(columns[0]).not.toBe(columns[1]);
  });
});

describe('line chart', () => {
  const points = [1, 10, 100].map((x) => ({ x, median: x, min: x, max: x }));
  const chart = { title: 'Growth', subtitle: '', xLabel: 'x', yLabel: 'y' };

  it('draws cost proportional to the work on the reference line', () => {
    const svg = lineChart({ ...chart, lines: [{ label: 'linear', role: 'own', points }] });
    expectWellFormed(svg);
    const [from, to] = /class="reference" d="M([\d. ]+)L([\d. ]+)"/.exec(svg)?.slice(1) ?? [];
    expect(svg).toContain(`d="M${from}L`);
    expect(svg).toContain(`L${to}"`);
  });
  it('moves labels apart that would overlap', () => {
    const lines = ['a', 'b'].map((label) => ({ label, role: 'peer' as const, points }));
    const svg = lineChart({ ...chart, lines });
    const ys = [...svg.matchAll(/<text x="502" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(Math.abs((ys[0] ?? 0) - (ys[1] ?? 0))).toBeGreaterThanOrEqual(16);
  });
  it('has ticks at 1, 2 and 5 times the powers of ten', () => expect(ticks(0.4, 12)).toEqual([0.5, 1, 2, 5, 10]));
});

describe('flame graph', () => {
  const callFrame = (functionName: string) => ({
    functionName,
    scriptId: '1',
    url: functionName.startsWith('(') ? '' : 'file:///packages/http1/src/read.ts',
    lineNumber: 4,
    columnNumber: 0,
  });
  const profile = {
    startTime: 0,
    endTime: 100,
    nodes: [
      { id: 1, callFrame: callFrame('(root)'), children: [2, 3, 5] },
      { id: 2, callFrame: callFrame('read'), children: [4] },
      { id: 3, callFrame: callFrame('(idle)') },
      { id: 4, callFrame: callFrame('parse') },
      { id: 5, callFrame: callFrame('read') },
    ],
    samples: [2, 3, 4, 4, 5],
  };

  it('adds the samples of calls to their callers, and merges the same calls', () => {
    const root = callTree(profile);
    expect(root.samples).toBe(5);
    const read = root.children.get('read http1/src/read.ts:5');
    expect(read).toMatchObject({ samples: 4, place: 'http1/src/read.ts:5' });
    expect(read?.children.get('parse http1/src/read.ts:5')?.samples).toBe(2);
  });
  it('omits idle time and is well-formed', () => {
    const svg = flameGraph(profile, 'a < b');
    expectWellFormed(svg);
    expect(svg).not.toContain('(idle)');
    expect(svg).toContain('parse http1/src/read.ts:5: 50.0 %');
  });
});
