import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultOfSubject } from './answer.mjs';
import { scenarios } from './scenarios.mjs';
import { SubjectSkipped, launch } from './subject.mjs';

/** The first start of a subject may build what it runs. In ms. */
const firstStartPatience = 300_000;

/**
 * @typedef {{ status: 'measured' | 'skipped' | 'invalid', note?: string }} SubjectState
 * @typedef {{ subjects: Record<string, SubjectState>, samples: import('./samples.mjs').Sample[] }} Run
 * @typedef {{ subjects: import('./subject.mjs').Subject[], options: import('./options.mjs').Options,
 *   pinning: import('./pinning.mjs').Pinning }} Plan
 */

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
  try {
    const running = await launch(subject, { pinning, patience: firstStartPatience });
    const fault = await faultOfSubject(running.port).finally(running.stop);
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
 */
export const rotated = (list, by) => list.map((_, index) => list[(index + by) % list.length]);

/** @param {Plan} plan @param {import('./subject.mjs').Subject[]} subjects */
function* schedule({ options }, subjects) {
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const scenario of options.scenarios) {
      for (const subject of rotated(subjects, round - 1)) yield { round, scenario, subject };
    }
  }
}

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

/**
 * Runs every scenario with every subject, round after round, each time in a fresh process.
 * @param {Plan} plan
 * @returns {Promise<Run>}
 */
export async function measureAll(plan) {
  const states = await inspectAll(plan);
  const valid = plan.subjects.filter(({ name }) => states[name]?.status === 'measured');
  const folder = mkdtempSync(join(tmpdir(), 'windhover-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  /** @type {Run['samples']} */
  const samples = [];
  for (const { round, scenario, subject } of schedule(plan, valid)) {
    progress(`round ${round}/${plan.options.rounds}  ${scenario}  ${subject.name}`);
    const sample = { round, scenario, subject: subject.name };
    try {
      const measured = await scenarios[scenario]?.measure(subject, { ...plan, folder });
      samples.push({ ...sample, metrics: measured ?? {} });
    } catch (error) {
      const fault = `${scenario}: ${/** @type {Error} */ (error).message}`;
      progress(`${subject.name}: invalid: ${fault}`);
      samples.push({ ...sample, fault });
      states[subject.name] = { status: 'invalid', note: fault };
    }
  }
  return { subjects: states, samples };
}
