import { type ClientRequest, Agent, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Child } from '../../../../tools/test-support/child.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Node.js runs the sources of the packages with these. */
export const sources = [
  ...(process.features.typescript ? [] : ['--experimental-strip-types', '--no-warnings']),
  '--import',
  at('../../../../tools/test-support/sources.mjs'),
];

/** What `fixtures/host.mjs` is told. */
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

export const programArguments = (program: Program): string[] => [
  ...sources,
  at('../fixtures/host.mjs'),
  JSON.stringify(program),
];

/** The program of `fixtures/host.mjs`: a supervisor and its workers. */
export class SupervisedProgram extends Child {
  constructor(program: Program, stdio?: ConstructorParameters<typeof Child>[1]) {
    super(programArguments(program), stdio);
  }

  /** Starts it, and waits until all threads are ready. */
  static async running(program: Program): Promise<SupervisedProgram> {
    const started = new SupervisedProgram(program);
    await started.waitFor(/threads are ready/);
    return started;
  }

  /** Process ids, thread by thread. */
  async workers(): Promise<(number | null)[]> {
    const before = this.#answers.length;
    this.kill('SIGUSR2');
    await this.waitFor(new RegExp(`(?:workers \\[[^]*){${before + 1}}\\]`));
    return JSON.parse(this.#answers.at(-1)!) as (number | null)[];
  }

  get #answers(): string[] {
    return [...this.output.matchAll(/workers (\[.*\])/g)].map(([, list]) => list!);
  }

  /** How often a line is in the output. */
  count(pattern: RegExp): number {
    return [...this.output.matchAll(new RegExp(pattern, 'g'))].length;
  }
}

/** Where an answer comes from. */
export interface Answer {
  readonly thread: number;
  readonly pid: number;
  readonly text: string;
  /** Whether the server is about to close the connection. */
  readonly last: boolean;
}

export interface Target {
  readonly port?: number;
  readonly host?: string;
  readonly socketPath?: string;
  readonly path?: string;
}

/** One request. @param agent to keep the connection; a connection of its own otherwise */
export const request = (target: Target, agent: Agent | false = false): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent: ClientRequest = get({ host: '127.0.0.1', ...target, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const [thread, pid] = text.split(' ').map(Number);
        resolve({ thread: thread!, pid: pid!, text, last: response.headers.connection === 'close' });
      });
    });
    sent.on('error', reject);
  });

/** A client that keeps its connection. */
export const keptAlive = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 });

/** Whether a process is there. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Looks again and again, with the event loop in between, until it is so; the test's own timeout is the limit. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
};
