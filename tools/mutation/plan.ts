import { existsSync, readFileSync } from 'node:fs';
import type { Mutant } from './mutants.ts';

/** The plan of one vitest run, in the file named by `MUTATION_PLAN`. */
export interface Plan {
  readonly mutants: readonly Mutant[];
  /** Packages and other paths whose tests run. */
  readonly tests: readonly string[];
  /** The mutants that each test reaches. Computed by the first run and used by the second. */
  readonly reached?: Readonly<Record<string, readonly number[]>>;
  /** Milliseconds since 1970 after which no further mutants are tried; not for the first run. */
  readonly end?: number;
  /** File to which the run writes its result. */
  readonly result: string;
}

/** The result of a run. */
export interface Result {
  /** Ids of the mutants that each test reaches. */
  readonly reached: Record<string, number[]>;
  /** Duration of each test without mutants, in milliseconds. */
  readonly durations: Record<string, number>;
  /** Ids of the detected mutants, with the name of the test. */
  readonly noticed: Record<number, string>;
  /** Ids of the mutants that were tried with some test. */
  readonly tried: number[];
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

export const readPlan = (): Plan => readJson(process.env['MUTATION_PLAN']!) as Plan;

export const readResult = (path: string): Result =>
  existsSync(path) ? (readJson(path) as Result) : { reached: {}, durations: {}, noticed: {}, tried: [] };
