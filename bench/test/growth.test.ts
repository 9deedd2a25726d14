import { describe, expect, it } from 'vitest';
import { growthOf, worstGrowth } from '../lib/figures/growth.mjs';
import { noiseNotes, noiseOf } from '../lib/figures/noise.mjs';

const cost = (value: (x: number) => number) => [1, 10, 100, 1000].map((x) => ({ x, value: value(x) }));

describe('growth of cost', () => {
  it.each([
    ['constant', (): number => 5, 0.1],
    ['linear', (x: number): number => 3 * x, 1],
    ['linear with a fixed part', (x: number): number => 100 + 3 * x, 0.9],
    ['quadratic', (x: number): number => x * x, 10],
  ])('%s: the worst factor beyond the work', (_, value, worst) =>
    expect(worstGrowth(cost(value))).toBeCloseTo(worst, 0),
  );

  it('a line needs two points', () => {
    const sample = (x: number, subject: string) => ({
      round: 1,
      scenario: `growth-headers@${x}`,
      subject,
      metrics: { cpuMicrosPerRequest: x * x },
    });
    const growths = growthOf([sample(2, 'a'), sample(10, 'a'), sample(2, 'b')], 'growth-headers');
    expect(growths).toMatchObject([{ subject: 'a', isLinear: false, points: [{ x: 2 }, { x: 10 }] }]);
  });
});

describe('noise', () => {
  const burst = (round: number, scenario: string, cpuMicrosPerRequest: number) => ({
    round,
    scenario,
    subject: 'net-floor',
    metrics: { cpuMicrosPerRequest },
  });

  it('is the spread of the floor, as a share of its median', () => {
    const samples = [burst(1, 'plain-small', 9), burst(2, 'plain-small', 10), burst(3, 'plain-small', 13)];
    expect(noiseOf(samples, 'plain-small')).toMatchObject({ subject: 'net-floor', spread: 0.4, isNoisy: true });
  });
  it('one burst has no noise', () => expect(noiseOf([burst(1, 'plain-small', 9)], 'plain-small')).toBeUndefined());
  it('a run with many noisy scenarios must not be quoted', () => {
    const quiet = [burst(1, 'vary-plain', 10), burst(2, 'vary-plain', 10.5)];
    const noisy = [burst(1, 'plain-small', 10), burst(2, 'plain-small', 20)];
    expect(noiseNotes(quiet)).toEqual([]);
    expect(noiseNotes([...quiet, ...noisy]).join('\n')).toMatch(/noisy: plain-small[^]*too noisy to be quoted: 1 of 2/);
  });
});
