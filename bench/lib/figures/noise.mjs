import { isBaseline } from './metrics.mjs';
import { figure } from './samples.mjs';

/** A baseline does the same in each burst. If its cost differs by more than this, the machine did something else meanwhile. */
const allowedSpread = 0.2;
/** A run with more noisy scenarios than this share is not to be quoted. */
const allowedShare = 0.25;

/** What shows noise, the first that was measured. */
const steadyMetrics = ['cpuMicrosPerRequest', 'startMs', 'bytesPerConnection'];

/**
 * How much the baseline of a scenario, its floor where it has one, differed from burst to burst.
 * @param {import('./samples.mjs').Sample[]} samples
 * @param {string} scenario
 * @returns {{ subject: string, spread: number, isNoisy: boolean } | undefined} undefined: no baseline was measured twice
 */
export function noiseOf(samples, scenario) {
  const measured = [...new Set(samples.filter((sample) => sample.scenario === scenario).map(({ subject }) => subject))];
  for (const subject of measured.filter(isBaseline)) {
    const found = steadyMetrics
      .map((metric) => figure(samples, { scenario, subject, metric }))
      .find((value) => value !== undefined);
    if (found === undefined || found.values.length < 2) continue;
    const spread = (found.max - found.min) / found.median;
    return { subject, spread, isNoisy: spread > allowedSpread };
  }
  return undefined;
}

/**
 * What a run says about its noise: a line for each noisy scenario, and one if there are too many.
 * @param {import('./samples.mjs').Sample[]} samples
 */
export function noiseNotes(samples) {
  const scenarios = [...new Set(samples.map(({ scenario }) => scenario))];
  const judged = scenarios.flatMap((scenario) => {
    const noise = noiseOf(samples, scenario);
    return noise === undefined ? [] : [{ scenario, ...noise }];
  });
  const noisy = judged.filter(({ isNoisy }) => isNoisy);
  const percent = (/** @type {number} */ share) => `${(share * 100).toFixed(0)} %`;
  const lines = noisy.map(
    ({ scenario, subject, spread }) =>
      `noisy: ${scenario}: the cost of ${subject} differed by ${percent(spread)} from burst to burst`,
  );
  if (noisy.length <= judged.length * allowedShare) return lines;
  return [
    ...lines,
    `This run is too noisy to be quoted: ${noisy.length} of ${judged.length} scenarios are. Repeat it on a quiet machine.`,
  ];
}
