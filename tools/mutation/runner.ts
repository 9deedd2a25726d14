import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { TestRunner, type RunnerTask, type RunnerTestCase, type TestTryOptions } from 'vitest';
import { readPlan, readResult } from './plan.ts';

/** Attempts of a test after its mutants; the first may fail because of a mutant's side effects. */
const lastTries = 2;

/** Milliseconds to wait for side effects of a mutant, such as a rejection, so that the next one is not blamed. */
const settling = 20;

/** Maximum number of loop rounds and mutant checks in one attempt of a test; more indicate an endless mutant. */
const mostRounds = 5_000_000;

const plan = readPlan();
const result = readResult(plan.result);
const tried = new Set(result.tried);
let active = 0;
let rounds = 0;
let hasCrashed = false;
let reached = new Set<number>();

const round = (): void => {
  if (active !== 0 && ++rounds > mostRounds) throw new Error('the mutant runs without an end');
};

Object.assign(globalThis, {
  __mutation: {
    isActive: (id: number): boolean => {
      reached.add(id);
      if (id !== active) return false;
      round();
      return true;
    },
    round,
  },
});

for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, () => (hasCrashed = true));

/**
 * Runs each test unchanged, then once with each mutant that it reaches and that is still undetected, then unchanged
 * again.
 * A failure with a mutant detects it, if the test passes before and after.
 */
export default class MutationRunner extends TestRunner {
  /** Mutants of the running test, by repetition. */
  #mutants: readonly number[] = [];
  #failed: number[] = [];
  /** Whether the test passes before its mutants. */
  #isSound = true;
  #passesAfter = false;
  #startedAt = 0;

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    await super.onBeforeRunTask(test);
    this.#failed = [];
    this.#isSound = true;
    this.#passesAfter = false;
    const isOver = Date.now() > (plan.end ?? Infinity);
    const candidates = isOver ? [] : (plan.reached?.[test.id] ?? []);
    this.#mutants = candidates.filter((id) => !(id in result.noticed));
    if (this.#mutants.length > 0) test.repeats = this.#mutants.length + lastTries;
    else if (plan.reached !== undefined) test.mode = 'skip';
  }

  override async onBeforeTryTask(test: RunnerTask, options: TestTryOptions): Promise<void> {
    super.onBeforeTryTask(test, options);
    if (options.repeats > 0) await setTimeout(settling);
    this.#startedAt = Date.now();
    reached = new Set();
    rounds = 0;
    hasCrashed = false;
    active = this.#mutants[options.repeats - 1] ?? 0;
    if (!this.#isSound) active = 0;
    if (active !== 0) tried.add(active);
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    await super.onAfterRetryTask(test, options);
    const hasFailed = test.result?.state === 'fail' || hasCrashed;
    if (active !== 0 && hasFailed) this.#failed.push(active);
    if (options.repeats === 0) this.#isSound = !hasFailed;
    else if (options.repeats > this.#mutants.length && !hasFailed) this.#passesAfter = true;
    if (plan.reached === undefined && reached.size > 0) {
      result.reached[test.id] = [...reached];
      result.durations[test.id] = Date.now() - this.#startedAt;
    }
    active = 0;
    if (options.repeats < this.#mutants.length + lastTries || !this.#isSound || !this.#passesAfter) return;
    for (const id of this.#failed) result.noticed[id] = test.name;
    this.#write();
  }

  override onAfterRunFiles(files: Parameters<TestRunner['onAfterRunFiles']>[0]): void {
    super.onAfterRunFiles(files);
    this.#write();
  }

  #write(): void {
    writeFileSync(plan.result, JSON.stringify({ ...result, tried: [...tried] }));
  }
}
