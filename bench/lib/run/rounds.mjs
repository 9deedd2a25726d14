import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultOfSubject } from './answer.mjs';
import { h2loadVersion } from '../load/h2load.mjs';
import { scenarios } from '../scenarios/scenarios.mjs';
import { SubjectSkipped, kindOf, launch } from './subject.mjs';

/** The first start of a subject may build what it runs. In ms. */
const firstStartPatience = 300_000;

/**
 * @typedef {{ status: 'measured' | 'skipped' | 'invalid', note?: string }} SubjectState
 * @typedef {{ subjects: Record<string, SubjectState>, samples: import('../figures/samples.mjs').Sample[] }} Run
 * @typedef {{ subjects: import('./subject.mjs').Subject[], options: import('../options.mjs').Options,
 *   pinning: import('./pinning.mjs').Pinning }} Plan
 */

/** @param {string} name of a subject */
const needsH2load = (name) => kindOf(name) === 'h2' || kindOf(name) === 'h2tls';

/** @param {string} text */
const progress = (text) => process.stderr.write(`${text}\n`);

/**
 * Starts a subject once, unmeasured, and looks at its answers.
 * @param {import('./subject.mjs').Subject} subject
 * @param {import('./pinning.mjs').Pinning} pinning
 * @returns {Promise<SubjectState>}
 */
async function inspect(subject, pinning) {
  if (subject.missing) return { status: 'skipped', note: 'there is no such file in bench/subjects' };
  if (needsH2load(subject.name) && h2loadVersion() === undefined) {
    return { status: 'skipped', note: 'h2load is not installed; on Debian and Ubuntu: apt-get install nghttp2-client' };
  }
  try {
    const running = await launch(subject, { pinning, patience: firstStartPatience });
    const fault = await faultOfSubject(running.address).finally(running.stop);
    return fault === undefined ? { status: 'measured' } : { status: 'invalid', note: fault };
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    return { status: error instanceof SubjectSkipped ? 'skipped' : 'invalid', note: message };
  }
}

/**
 * Each round starts with another subject, so that none is always the one after the noisy neighbour.
 * @template T
 * @param {T[]} list
 * @param {number} by
 * @returns {T[]}
 */
export const rotated = (list, by) => {
  const first = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
};

/** @param {Plan} plan @returns {Promise<Run['subjects']>} */
async function inspectAll({ subjects, pinning }) {
  /** @type {Run['subjects']} */
  const states = {};
  for (const subject of subjects) {
    const state = await inspect(subject, pinning);
    states[subject.name] = state;
    if (state.status !== 'measured') progress(`${subject.name}: ${state.status}: ${state.note}`);
  }
  return states;
}

/** Collects what is measured; a subject that goes wrong is invalid from then on. */
class Recorder {
  /** @param {Run['subjects']} states */
  constructor(states) {
    this.states = states;
    /** @type {Run['samples']} */
    this.samples = [];
  }

  /**
   * @template T
   * @param {{ round: number, scenario: string, subject: string }} sample
   * @param {() => Promise<T>} work
   * @returns {Promise<T | undefined>} undefined: it went wrong
   */
  async attempt(sample, work) {
    try {
      return await work();
    } catch (error) {
      const fault = `${sample.scenario}: ${/** @type {Error} */ (error).message}`;
      progress(`${sample.subject}: invalid: ${fault}`);
      this.samples.push({ ...sample, fault });
      this.states[sample.subject] = { status: 'invalid', note: fault };
      return undefined;
    }
  }
}

/**
 * @typedef {{ round: number, name: string, scenario: import('../scenarios/scenarios.mjs').Scenario,
 *   subjects: import('./subject.mjs').Subject[], conditions: import('../scenarios/scenarios.mjs').Conditions }} Turn
 */

/** One subject after the other, each in a process of its own. @param {Turn} turn @param {Recorder} recorder */
async function measureAlone({ round, name, scenario, subjects, conditions }, recorder) {
  for (const subject of rotated(subjects, round - 1)) {
    const sample = { round, scenario: name, subject: subject.name };
    progress(`round ${round}/${conditions.options.rounds}  ${name}  ${subject.name}`);
    const metrics = await recorder.attempt(sample, async () => scenario.measure?.(subject, conditions));
    if (metrics !== undefined) recorder.samples.push({ ...sample, metrics });
  }
}

/**
 * All subjects are up at once, and each gets a burst of load in turn; the others idle meanwhile. What is compared lies
 * a second apart, so a machine that is slow for a while is slow for all.
 * @param {Turn} turn
 * @param {Recorder} recorder
 */
async function measureInTurns({ round, name, scenario, subjects, conditions }, recorder) {
  const { seconds, rounds } = conditions.options;
  /** @type {{ subject: string, load: import('../scenarios/scenarios.mjs').Load }[]} */
  const up = [];
  try {
    for (const subject of subjects) {
      progress(`round ${round}/${rounds}  ${name}  ${subject.name}: warming up`);
      const sample = { round: (round - 1) * seconds + 1, scenario: name, subject: subject.name };
      const load = await recorder.attempt(sample, async () => scenario.underLoad?.(subject, conditions));
      if (load !== undefined) up.push({ subject: subject.name, load });
    }
    for (let burst = 0; burst < seconds; burst += 1) {
      progress(`round ${round}/${rounds}  ${name}  burst ${burst + 1}/${seconds} of each`);
      for (const { subject, load } of rotated(up, burst)) {
        const sample = { round: (round - 1) * seconds + burst + 1, scenario: name, subject };
        const metrics = await recorder.attempt(sample, load.burst);
        if (metrics !== undefined) recorder.samples.push({ ...sample, metrics });
      }
    }
  } finally {
    await Promise.all(up.map(({ load }) => load.stop()));
  }
}

/**
 * Runs every scenario with every subject, round after round.
 * @param {Plan} plan
 * @returns {Promise<Run>}
 */
export async function measureAll(plan) {
  const states = await inspectAll(plan);
  const recorder = new Recorder(states);
  const folder = mkdtempSync(join(tmpdir(), 'windhover-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (let round = 1; round <= plan.options.rounds; round += 1) {
    for (const name of plan.options.scenarios) {
      const scenario = scenarios[name];
      if (scenario === undefined) continue;
      const subjects = plan.subjects.filter(
        ({ name }) => states[name]?.status === 'measured' && kindOf(name) === (scenario.kind ?? 'http'),
      );
      const turn = { round, name, scenario, subjects, conditions: { ...plan, folder } };
      await (scenario.underLoad === undefined ? measureAlone(turn, recorder) : measureInTurns(turn, recorder));
    }
  }
  return { subjects: states, samples: recorder.samples };
}
