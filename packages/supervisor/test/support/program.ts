import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { Bundle } from '../../../../tools/test-support/bundle.ts';
import { Child } from '../../../../tools/test-support/child.ts';

let host: Bundle;

/**
 * Bundles the program for the tests of a file. Call it first in each file: files share this module, but not their hooks.
 */
export const bundleProgram = (): void => {
  beforeAll(async () => {
    host = await Bundle.of(fileURLToPath(new URL('../fixtures/host.mjs', import.meta.url)));
  });
  afterAll(() => host[Symbol.dispose]());
};

/** Settings of `fixtures/host.mjs`. */
export interface Program {
  readonly options: object;
  readonly urls?: readonly string[];
  readonly fd?: number;
  readonly systemd?: boolean;
  /** Workers fail to start while this file is there. */
  readonly failWhile?: string;
  readonly failThread?: number;
  /** The system cannot start a worker. */
  readonly hugeEnvironment?: boolean;
  readonly transport?: object;
}

export const programArguments = (program: Program): string[] => [host.path, JSON.stringify(program)];

/** The program of `fixtures/host.mjs`: a supervisor and its workers. */
export class SupervisedProgram extends Child {
  /** Number of requests for the process ids. */
  #asked = 0;

  constructor(program: Program, stdio?: ConstructorParameters<typeof Child>[1]) {
    super(programArguments(program), stdio);
  }

  /** Starts it, and waits until all threads are ready. */
  static async running(program: Program): Promise<SupervisedProgram> {
    const started = new SupervisedProgram(program);
    await started.waitFor(/threads? (?:are|is) ready/);
    return started;
  }

  /** Of the first endpoint, which is an IP address. */
  get port(): number {
    return Number(/addresses .*:(\d+)/.exec(this.output)![1]);
  }

  /** Process ids, thread by thread. */
  async workers(): Promise<(number | null)[]> {
    this.#asked++;
    this.kill('SIGUSR2');
    const [, list] = await this.waitFor(new RegExp(`answer ${this.#asked}: workers (\\[.*\\])`));
    return JSON.parse(list!) as (number | null)[];
  }

  /** How often a line is in the output. */
  count(pattern: RegExp): number {
    return [...this.output.matchAll(new RegExp(pattern, 'g'))].length;
  }
}
