import { describe, expect, it } from 'vitest';
import { figure } from '../lib/figures/samples.mjs';

const scenario = 'plain-small';
const metric = 'cpuMicrosPerRequest';
const sample = (round: number, subject: string, value: number) => ({
  round,
  scenario,
  subject,
  metrics: { [metric]: value },
});

describe('figure', () => {
  it('a ratio is the median of the ratios of each round, not the ratio of the medians', () => {
    const samples = [
      sample(1, 'net-floor', 10),
      sample(1, 'server', 11),
      sample(2, 'net-floor', 30),
      sample(2, 'server', 36),
      sample(3, 'net-floor', 20),
      sample(3, 'server', 26),
    ];
    const found = figure(samples, { scenario, subject: 'server', metric, against: 'net-floor' });
    expect(found?.median).toBeCloseTo(1.2);
    expect([found?.min, found?.max]).toEqual([1.1, 1.3]);
  });

  it('one invalid round leaves a subject without a figure', () => {
    const samples = [sample(1, 'server', 11), { round: 2, scenario, subject: 'server', fault: '3 errors' }];
    expect(figure(samples, { scenario, subject: 'server', metric })).toBeUndefined();
  });

  it('another scenario does not count', () =>
    expect(figure([sample(1, 'server', 11)], { scenario: 'idle', subject: 'server', metric })).toBeUndefined());
});
