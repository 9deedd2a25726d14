import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { budgetLines, checkBudgets, missedBy } from '../lib/figures/budgets.mjs';
import { metricNames } from '../lib/figures/metrics.mjs';
import { scenarioNames } from '../lib/scenarios/scenarios.mjs';

const metric = 'cpuMicrosPerRequest' as const;
const sample = (subject: string, value: number) => ({
  round: 1,
  scenario: 'plain-small',
  subject,
  metrics: { [metric]: value },
});
const samples = [sample('net-floor', 10), sample('server', 11)];
const asked = { subjects: undefined, scenarios: ['plain-small'] };
const budget = { work: 'GET', subject: 'server', scenarios: ['plain-small', 'idle'], metric, against: 'net-floor' };

describe('budgets', () => {
  it('a figure equal to the budget meets it', () =>
    expect(checkBudgets([{ ...budget, atMost: 1.1 }], samples, asked)).toMatchObject([{ met: true }]));
  it('a figure above atMost misses it', () =>
    expect(checkBudgets([{ ...budget, atMost: 1.09 }], samples, asked)).toMatchObject([{ met: false }]));
  it('a figure below atLeast misses it', () =>
    expect(checkBudgets([{ ...budget, atLeast: 1.2 }], samples, asked)).toMatchObject([{ met: false }]));
  it('without a baseline the value itself is compared', () => {
    const absolute = { work: 'GET', subject: 'server', scenarios: ['plain-small'], metric, atMost: 11 };
    expect(checkBudgets([absolute], samples, asked)).toMatchObject([{ met: true, figure: { median: 11 } }]);
  });
  it('betterBy inverts the ratio', () => {
    const better = { ...budget, subject: 'net-floor', against: 'server' };
    expect(checkBudgets([{ ...better, betterBy: 1.1 }], samples, asked)).toMatchObject([
      { met: true, figure: { median: 1.1 } },
    ]);
    expect(checkBudgets([{ ...better, betterBy: 1.2 }], samples, asked)).toMatchObject([{ met: false }]);
  });
  it.each([
    [{ atMost: 1 }, 0.1],
    [{ atLeast: 2.2 }, 0.5],
    [{ betterBy: 1 }, 1 - 10 / 11],
    [{ atMost: 2 }, undefined],
  ])('%j: missed by %f', (limit, share) => {
    const [verdict] = checkBudgets([{ ...budget, ...limit }], samples, asked);
    expect(missedBy(verdict)?.toFixed(3)).toBe(share?.toFixed(3));
  });
  it('requested but not measured: missed', () => {
    const verdicts = checkBudgets([{ ...budget, subject: 'absent', atMost: 2 }], samples, asked);
    expect(verdicts).toMatchObject([{ met: false }]);
    expect(budgetLines(verdicts).join('\n')).toMatch(/no figure.*MISSED/);
  });
  it('against a skipped peer: omitted', () => {
    const states = { kestrel: { status: 'skipped' as const } };
    const against = { ...budget, against: 'kestrel', atMost: 2 };
    expect(checkBudgets([against], samples, asked, states)).toEqual([]);
    expect(checkBudgets([against], samples, asked)).toMatchObject([{ met: false }]);
  });
  it('not requested: omitted', () => {
    expect(checkBudgets([{ ...budget, atMost: 2 }], samples, { ...asked, subjects: ['net-floor'] })).toEqual([]);
    expect(checkBudgets([{ ...budget, atMost: 2 }], samples, { ...asked, scenarios: ['start'] })).toEqual([]);
  });
});

describe('budgets.json', () => {
  const { budgets } = JSON.parse(readFileSync(new URL('../budgets.json', import.meta.url), 'utf8'));

  it('names known metrics and scenarios, and one limit each', () => {
    for (const { metric, scenarios, atMost, atLeast, betterBy } of budgets) {
      expect(metricNames).toContain(metric);
      expect(scenarioNames).toEqual(expect.arrayContaining(scenarios));
      expect([atMost, atLeast, betterBy].filter((limit) => limit !== undefined)).toHaveLength(1);
    }
  });
});
