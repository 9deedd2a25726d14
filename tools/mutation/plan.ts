import { existsSync, readFileSync } from 'node:fs';
import type { Mutant } from './mutants.ts';

/** What one run of vitest does. It is in the file that `MUTATION_PLAN` names. */
export interface Plan {
  readonly mutants: readonly Mutant[];
  /** Folders of packages, and other paths, whose tests run. */
  readonly tests: readonly string[];
  /** Which tests reach which mutants; the first run finds out, the second one has it. */
  readonly reached?: Readonly<Record<string, readonly number[]>>;
  /** Milliseconds since 1970 after which no more mutants are tried; not for the first run. */
  readonly end?: number;
  /** Where the run writes what it has found. */
  readonly result: string;
}

/** What a run has found. */
export interface Result {
  /** Ids of the mutants that each test reaches. */
  readonly reached: Record<string, number[]>;
  /** Milliseconds that each test takes as it is. */
  readonly durations: Record<string, number>;
  /** Ids of the mutants that were noticed, with the name of the test. */
  readonly noticed: Record<number, string>;
  /** Ids of the mutants that some test was run with. */
  readonly tried: number[];
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

export const readPlan = (): Plan => readJson(process.env['MUTATION_PLAN']!) as Plan;

export const readResult = (path: string): Result =>
  existsSync(path) ? (readJson(path) as Result) : { reached: {}, durations: {}, noticed: {}, tried: [] };
