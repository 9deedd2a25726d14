import { isBaseline } from './metrics.mjs';
import { figure } from './samples.mjs';

/**
 * Allowed spread of a baseline, which does the same work in each burst. A larger spread means that the machine was busy
 * otherwise.
 */
const allowedSpread = 0.2;
/** A run with a larger share of noisy scenarios must not be quoted. */
const allowedShare = 0.25;

/** Metrics that show noise; the first one that was measured is used. */
const steadyMetrics = ['cpuMicrosPerRequest', 'startMs', 'bytesPerConnection'];

/**
 * The spread of a scenario's baseline, its floor if it has one, between bursts.
 * @param {import('./samples.mjs').Sample[]} samples
 * @param {string} scenario
 * @returns {{ subject: string, spread: number, isNoisy: boolean } | undefined} undefined: no baseline was measured
 *   twice
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
 * Notes about the noise of a run: a line for each noisy scenario, and one if there are too many.
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
