import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** How a child differs from this process. */
export interface ChildOptions {
  /** What runs. Default Node. */
  readonly program?: string;
  readonly cwd?: string;
  /** Set in addition to the environment of this process; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** With an `ipc` channel, for programs that talk to their parent. */
  readonly stdio?: SpawnOptions['stdio'];
}

/** A process under test: a Node program, unless it is told otherwise. */
export class Child {
  readonly process: ChildProcess;
  /** Its exit code, `null` where a signal killed it. */
  readonly exited: Promise<number | null>;
  #output = '';
  #whenOutput: (() => void)[] = [];

  /** @param args of the program; of Node a script and its arguments */
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

  /** All that it has written until now, to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with the match once the output has one; rejects when the process ends without. */
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

  /** Kills it, if it still runs, and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
  }
}
