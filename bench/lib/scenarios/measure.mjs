// The ways to measure a subject.
import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../figures/statistics.mjs';
import { openIdle } from '../load/idle-connections.mjs';
import { cpuBetween, currentRss, hasAccounting, peakRss, resetPeakRss, sampleCpu } from '../run/accounting.mjs';
import { launch } from '../run/subject.mjs';
import { warmUp } from '../run/warm-up.mjs';

/**
 * @typedef {object} Conditions
 * @property {import('../options.mjs').Options} options
 * @property {import('../run/pinning.mjs').Pinning} pinning
 * @property {string} folder for files of this run
 * @property {string[]} [imports] modules that Node subjects load first
 *
 * @typedef {Record<string, number>} Metrics by name, see metrics.mjs; metrics that cannot be measured here are absent
 *
 * @typedef {{ burst: () => Promise<Metrics>, running: import('../run/subject.mjs').RunningSubject, stop: () => Promise<unknown> }} Load a subject that is up and warm
 *
 * @typedef {object} Scenario one of the two ways to measure
 * @property {string} title
 * @property {import('../run/subject.mjs').Kind} [kind] of subjects that the scenario measures; default `http`
 * @property {import('../run/abilities.mjs').Ability} [needs] the work that a subject `routes-…` has to offer
 * @property {{ axis: string, x: number, unit: string }} [growth] the point of a line chart that this scenario measures
 * @property {(subject: import('../run/subject.mjs').Subject, conditions: Conditions) => Promise<Metrics>} [measure] one subject alone
 * @property {(subject: import('../run/subject.mjs').Subject, conditions: Conditions) => Promise<Load>} [underLoad] one subject alone, burst by burst
 *
 * @typedef {((seconds: number) => Promise<import('../load/wrk.mjs').WrkResult & Metrics>) & { before?: () => Promise<void>, after?: () => void }} Run
 *   `before` and `after` a burst, which are not measured
 */

/** Length of a burst. The median of several short bursts ignores a disturbance that one long burst would average in. */
const defaultBurstSeconds = 1;

/**
 * Measures a subject under load: warms it up until its cost is steady, then measures bursts.
 * @param {(running: import('../run/subject.mjs').RunningSubject, conditions: Conditions, subject:
 *   import('../run/subject.mjs').Subject) => Promise<Run>} prepare
 * @param {{ burstSeconds?: number, variables?: Record<string, string>, memory?: boolean }} [how] `memory`: what the
 *   process grows by in a burst is a figure, too; `variables` are of the environment
 * @returns {NonNullable<Scenario['underLoad']>}
 */
export const underLoad =
  (prepare, { burstSeconds = defaultBurstSeconds, variables = {}, memory = false } = {}) =>
  async (subject, conditions) => {
    const running = await launch(subject, { ...conditions, variables });
    const { pid, stop } = running;

    /** @param {Run} run */
    const burst = async (run, seconds = burstSeconds) => {
      await run.before?.();
      const rssBefore = memory ? resetPeakRss(pid) : undefined;
      const before = sampleCpu(pid);
      const result = await run(seconds);
      const cpu = cpuBetween(before, sampleCpu(pid));
      run.after?.();
      const growth = rssBefore === undefined ? {} : { memoryGrowthBytes: peakRss(pid) - rssBefore };
      const figures = { ...loadMetrics(result, cpu, peakRss(pid)), ...growth };
      await delay(50); // these connections close outside of the next measured window
      return figures;
    };

    try {
      const run = await prepare(running, conditions, subject);
      await warmUp(() => burst(run, conditions.options.warmUp));
      return { burst: () => burst(run), running, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  };

/**
 * The figures of a burst, including additional figures of its load generator. Throws if a request failed.
 * @param {import('../load/wrk.mjs').WrkResult & Metrics} result
 * @param {number} cpu in ns
 * @param {number} peakRssBytes
 * @returns {Metrics}
 */
export function loadMetrics(result, cpu, peakRssBytes) {
  const { requests, seconds, errors, ...figures } = result;
  if (errors > 0) throw new Error(`${errors} errors or answers other than 2xx`);
  if (requests === 0) throw new Error('answered no request');
  if (!hasAccounting) return figures;
  return { ...figures, cpuMicrosPerRequest: cpu / 1e3 / requests, busy: cpu / 1e9 / seconds, peakRssBytes };
}

const idleConnections = 5000;

/**
 * Opens half of the connections, then the others: the memory of the first half includes what the process allocates on
 * its first work.
 * @param {string} title
 * @param {(port: number) => Promise<import('node:net').Socket>} open
 * @returns {Pick<Scenario, 'title' | 'measure'>}
 */
export const idle = (title, open) => ({
  title: `memory of ${title}, over ${idleConnections}`,
  measure: async (subject, { pinning }) => {
    if (!hasAccounting) return {};
    const { pid, port, settle, stop } = await launch(subject, { pinning });
    try {
      const half = idleConnections / 2;
      const settled = () => settle().then(() => currentRss(pid));
      const before = await settled();
      const first = await openIdle(port, half, open);
      const between = await settled();
      const others = await openIdle(port, half, open);
      const after = await settled();
      const lost = first.lost() + others.lost();
      first.close();
      others.close();
      if (lost > 0) throw new Error(`closed ${lost} of its idle connections`);
      return {
        bytesPerConnection: (after - before) / idleConnections,
        bytesPerFurtherConnection: (after - between) / half,
      };
    } finally {
      await stop();
    }
  },
});

const startsPerRound = 5;

/** @type {Pick<Scenario, 'title' | 'measure'>} */
export const start = {
  title: `from spawn to first answer, median of ${startsPerRound} in each round`,
  measure: async (subject, { pinning }) => {
    const times = [];
    for (let made = 0; made < startsPerRound; made += 1) {
      const running = await launch(subject, { pinning, bare: true });
      times.push(running.startMs);
      await running.stop();
    }
    return { startMs: median(times) ?? Number.NaN };
  },
};
