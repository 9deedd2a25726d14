import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abilitiesOf } from './abilities.mjs';
import { faultOfSubject } from './answer.mjs';
import { h2loadVersion } from '../load/h2load.mjs';
import { scenarios } from '../scenarios/scenarios.mjs';
import { Progress, progressLine } from './progress.mjs';
import { SubjectSkipped, kindOf, launch } from './subject.mjs';

/** Time limit of the first start of a subject, which may build what it runs. In ms. */
const firstStartPatience = 300_000;

/**
 * @typedef {{ status: 'measured' | 'skipped' | 'invalid', note?: string, without?: string[] }} SubjectState `without`: work that the
 *   subject does not offer
 * @typedef {{ subjects: Record<string, SubjectState>, samples: import('../figures/samples.mjs').Sample[], seconds: number }} Run
 * @typedef {{ subjects: import('./subject.mjs').Subject[], options: import('../options.mjs').Options,
 *   pinning: import('./pinning.mjs').Pinning, cells?: import('../selection.mjs').Cells | undefined }} Plan `cells`: only these
 */

/** @param {string} name of a subject */
const needsH2load = (name) => ['h2', 'h2tls', 'unix'].includes(kindOf(name));

/**
 * @param {import('./subject.mjs').Subject} subject
 * @param {import('./answer.mjs').Address} address
 * @returns {Promise<SubjectState>}
 */
async function stateOf({ name }, address) {
  const note = await faultOfSubject(address);
  if (note !== undefined) return { status: 'invalid', note };
  if (kindOf(name) !== 'routes') return { status: 'measured' };
  const { fault, without } = await abilitiesOf(address.port);
  if (fault !== undefined) return { status: 'invalid', note: fault };
  return without.length === 0 ? { status: 'measured' } : { status: 'measured', without };
}

/**
 * Starts a subject once, unmeasured, and checks its responses.
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
    return await stateOf(subject, running.address).finally(running.stop);
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    return { status: error instanceof SubjectSkipped ? 'skipped' : 'invalid', note: message };
  }
}

/**
 * Rotates a list: each round starts with another subject, so that none always follows the noisy neighbor.
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
  progressLine(`starting each of ${subjects.length} subjects once; the first time some are built or installed`);
  for (const subject of subjects) {
    const state = await inspect(subject, pinning);
    states[subject.name] = state;
    if (state.status !== 'measured') progressLine(`${subject.name}: ${state.status}: ${state.note}`);
  }
  return states;
}

/** Collects samples. A subject that fails in a scenario is not measured again in it. */
class Recorder {
  /** @type {Run['samples']} */
  samples = [];

  /** @type {Set<string>} */
  #faulty = new Set();

  /** @param {string} scenario @param {string} subject */
  isFaulty(scenario, subject) {
    return this.#faulty.has(`${scenario} ${subject}`);
  }

  /**
   * @template T
   * @param {{ round: number, scenario: string, subject: string }} sample
   * @param {() => Promise<T>} work
   * @returns {Promise<T | undefined>} undefined: it went wrong
   */
  async attempt(sample, work) {
    const { scenario, subject } = sample;
    if (this.isFaulty(scenario, subject)) return undefined;
    try {
      return await work();
    } catch (error) {
      const fault = /** @type {Error} */ (error).message;
      progressLine(`${scenario}  ${subject}: invalid: ${fault}`);
      this.samples.push({ ...sample, fault });
      this.#faulty.add(`${scenario} ${subject}`);
      return undefined;
    }
  }
}

/**
 * @typedef {{ round: number, name: string, scenario: import('../scenarios/measure.mjs').Scenario,
 *   subjects: import('./subject.mjs').Subject[], conditions: import('../scenarios/measure.mjs').Conditions }} Turn
 */

/** Measures one subject after the other, each in a new process. @param {Turn} turn @param {Recorder} recorder */
async function measureAlone({ round, name, scenario, subjects, conditions }, recorder) {
  for (const subject of rotated(subjects, round - 1)) {
    const sample = { round, scenario: name, subject: subject.name };
    const metrics = await recorder.attempt(sample, async () => scenario.measure?.(subject, conditions));
    if (metrics !== undefined) recorder.samples.push({ ...sample, metrics });
  }
}

/**
 * Measures bursts of load on one subject after the other. The bursts follow the warm-up without a pause: a subject that
 * idles for long may drop compiled code, and compiling it again costs seconds.
 * @param {Turn} turn
 * @param {Recorder} recorder
 */
async function measureUnderLoad({ round, name, scenario, subjects, conditions }, recorder) {
  const { seconds } = conditions.options;
  const first = (round - 1) * seconds + 1;
  for (const subject of rotated(subjects, round - 1)) {
    const sample = { round: first, scenario: name, subject: subject.name };
    const load = await recorder.attempt(sample, async () => scenario.underLoad?.(subject, conditions));
    if (load === undefined) continue;
    try {
      for (let burst = 0; burst < seconds; burst += 1) {
        const metrics = await recorder.attempt(sample, load.burst);
        if (metrics !== undefined) recorder.samples.push({ ...sample, round: first + burst, metrics });
      }
    } finally {
      await load.stop();
    }
  }
}

/**
 * The chosen subjects of a scenario: of its kind, and able to do its work.
 * @param {Plan} plan
 * @param {Run['subjects']} states
 * @param {string} name of the scenario
 */
function subjectsOf({ subjects, cells }, states, name) {
  const { kind = 'http', needs = '' } = scenarios[name] ?? {};
  const isMeasured = (/** @type {string} */ subject) =>
    states[subject]?.status === 'measured' && states[subject].without?.includes(needs) !== true;
  return subjects.filter(
    (subject) =>
      kindOf(subject.name) === kind &&
      isMeasured(subject.name) &&
      (cells?.get(name)?.has(subject.name) ?? cells === undefined),
  );
}

/**
 * Runs every scenario with every subject, round after round.
 * @param {Plan} plan
 * @returns {Promise<Run>}
 */
export async function measureAll(plan) {
  const begun = performance.now();
  const states = await inspectAll(plan);
  const recorder = new Recorder();
  const folder = mkdtempSync(join(tmpdir(), 'windhover-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const turns = turnsOf(plan, states, folder);
  const progress = new Progress(turns.reduce((sum, { subjects }) => sum + subjects.length, 0));
  for (const turn of turns) {
    progress.begin(turn);
    await (turn.scenario.underLoad === undefined ? measureAlone(turn, recorder) : measureUnderLoad(turn, recorder));
    progress.add(turn.subjects.length);
  }
  return { subjects: states, samples: recorder.samples, seconds: Math.round((performance.now() - begun) / 1000) };
}

/** Rounds for growth scenarios. One is enough, because only the shape of a line is judged. */
const growthRounds = 1;

/** @param {Plan} plan @param {Run['subjects']} states @param {string} folder @returns {Turn[]} */
function turnsOf(plan, states, folder) {
  const conditions = { ...plan, folder };
  const rounds = Array.from({ length: plan.options.rounds }, (_, index) => index + 1);
  return rounds.flatMap((round) =>
    plan.options.scenarios.flatMap((name) => {
      const scenario = scenarios[name];
      if (scenario === undefined || (scenario.growth !== undefined && round > growthRounds)) return [];
      const subjects = subjectsOf(plan, states, name);
      return subjects.length === 0 ? [] : [{ round, name, scenario, subjects, conditions }];
    }),
  );
}
