import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuBetween, currentRss, hasAccounting, peakRss, sampleCpu } from './accounting.mjs';
import { requestHead } from './heads.mjs';
import { openIdle } from './idle-connections.mjs';
import { median } from './statistics.mjs';
import { launch } from './subject.mjs';
import { runWrk } from './wrk.mjs';

const idleConnections = 5000;
const startsPerRound = 5;

/**
 * @typedef {object} Conditions
 * @property {import('./options.mjs').Options} options
 * @property {import('./pinning.mjs').Pinning} pinning
 * @property {string} folder for files of this run
 *
 * @typedef {Record<string, number>} Metrics by name, see metrics.mjs; what cannot be measured here is absent
 *
 * @typedef {object} Scenario
 * @property {string} title
 * @property {(subject: import('./subject.mjs').Subject, conditions: Conditions) => Promise<Metrics>} measure
 */

/** Half the measured time: the just-in-time compilers of all subjects have settled by then. @param {number} seconds */
export const warmUpSeconds = (seconds) => Math.max(1, Math.round(seconds / 2));

/**
 * @template T
 * @param {import('./subject.mjs').Subject} subject
 * @param {Conditions} conditions
 * @param {(running: import('./subject.mjs').RunningSubject) => Promise<T>} use
 */
async function withSubject(subject, { pinning }, use) {
  const running = await launch(subject, { pinning });
  try {
    return await use(running);
  } finally {
    await running.stop();
  }
}

/**
 * @param {import('./heads.mjs').HeadName} head
 * @param {number} depth requests sent at once
 * @returns {Scenario['measure']}
 */
const load = (head, depth) => (subject, conditions) =>
  withSubject(subject, conditions, async ({ pid, port }) => {
    const { options, pinning, folder } = conditions;
    const batchFile = join(folder, 'batch.http');
    writeFileSync(batchFile, requestHead(head, port).repeat(depth), 'latin1');
    const wrk = { port, batchFile, connections: options.connections, core: pinning.client };

    const warmUp = await runWrk({ ...wrk, seconds: warmUpSeconds(options.seconds) });
    await delay(200); // the closing of the warm-up's connections stays outside the window
    const before = sampleCpu(pid);
    const result = await runWrk({ ...wrk, seconds: options.seconds });
    const cpu = cpuBetween(before, sampleCpu(pid));

    const errors = warmUp.errors + result.errors;
    if (errors > 0) throw new Error(`${errors} errors or answers other than 2xx`);
    if (result.requests === 0) throw new Error('answered no request');
    return loadMetrics(result, cpu, peakRss(pid));
  });

/**
 * @param {import('./wrk.mjs').WrkResult} result
 * @param {number} cpu in ns
 * @param {number} peakRssBytes
 * @returns {Metrics}
 */
export function loadMetrics({ requests, seconds, requestsPerSecond }, cpu, peakRssBytes) {
  if (!hasAccounting) return { requestsPerSecond };
  return { requestsPerSecond, cpuMicrosPerRequest: cpu / 1e3 / requests, busy: cpu / 1e9 / seconds, peakRssBytes };
}

/**
 * Opens half of the connections, then the others: the first half also pays for what the process grows by when it first has work.
 * @type {Scenario['measure']}
 */
const idle = (subject, conditions) =>
  withSubject(subject, conditions, async ({ pid, port, settle }) => {
    if (!hasAccounting) return {};
    const half = idleConnections / 2;
    const settled = () => settle().then(() => currentRss(pid));
    const before = await settled();
    const first = await openIdle(port, half);
    const between = await settled();
    const others = await openIdle(port, half);
    const after = await settled();
    const lost = first.lost() + others.lost();
    first.close();
    others.close();
    if (lost > 0) throw new Error(`closed ${lost} of its idle connections`);
    return {
      bytesPerConnection: (after - before) / idleConnections,
      bytesPerFurtherConnection: (after - between) / half,
    };
  });

/** @type {Scenario['measure']} */
const start = async (subject, { pinning }) => {
  const times = [];
  for (let made = 0; made < startsPerRound; made += 1) {
    const running = await launch(subject, { pinning, bare: true });
    times.push(running.startMs);
    await running.stop();
  }
  return { startMs: median(times) };
};

/** @type {Record<string, Scenario>} */
export const scenarios = {
  'plain-small': { title: 'keep-alive GET, small head', measure: load('small', 1) },
  'plain-browser': { title: 'keep-alive GET, browser-sized head', measure: load('browser', 1) },
  'pipelined-small': { title: '16 pipelined GETs, small heads', measure: load('small', 16) },
  'pipelined-browser': { title: '16 pipelined GETs, browser-sized heads', measure: load('browser', 16) },
  idle: { title: `memory of an idle kept-alive connection, over ${idleConnections}`, measure: idle },
  start: { title: `from spawn to first answer, median of ${startsPerRound} in each round`, measure: start },
};

export const scenarioNames = Object.keys(scenarios);
