import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** Options of a child process. */
export interface ChildOptions {
  /** The program to run. Default Node. */
  readonly program?: string;
  readonly cwd?: string;
  /** Variables added to the environment of this process; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: no stdin, pipes for stdout and stderr. Add an `ipc` channel for programs that exchange messages. */
  readonly stdio?: SpawnOptions['stdio'];
}

/** A child process under test: a Node program by default. */
export class Child {
  readonly process: ChildProcess;
  /** Exit code; `null` if a signal killed the process. */
  readonly exited: Promise<number | null>;
  #output = '';
  #whenOutput: (() => void)[] = [];

  /** @param args of the program; for Node a script and its arguments */
  constructor(args: readonly string[], options: ChildOptions = {}) {
    const { program = process.execPath, cwd, env, stdio = ['ignore', 'pipe', 'pipe'] } = options;
    this.process = spawn(program, args, { ...(cwd && { cwd }), env: { ...process.env, ...env }, stdio });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        for (const check of this.#whenOutput) check();
      });
    }
    this.exited = new Promise((resolve) => this.process.on('close', (code) => resolve(code)));
  }

  /** All output so far, from stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with the match when the output matches; rejects when the process ends without a match. */
  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      const check = (): void => {
        const match = pattern.exec(this.#output);
        if (match !== null) resolve(match);
      };
      this.#whenOutput.push(check);
      check();
    });
    const ended = this.exited.then((code) => {
      throw new Error(`ended with ${code} before ${pattern}: ${this.#output}`);
    });
    return Promise.race([found, ended]);
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Kills the process if it still runs, and waits for its exit. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
  }
}
