import { type ChildProcess, spawn } from 'node:child_process';

/** A Node process under test. */
export class Child {
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | null>;
  #output = '';
  #whenOutput: (() => void)[] = [];

  constructor(args: readonly string[], options: { readonly cwd?: string } = {}) {
    this.#process = spawn(process.execPath, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        for (const check of this.#whenOutput) check();
      });
    }
    this.#exited = new Promise((resolve) => this.#process.on('close', (code) => resolve(code)));
  }

  /** All that it has written until now, to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  /** Its exit code, `null` where a signal killed it. */
  get exited(): Promise<number | null> {
    return this.#exited;
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
    const ended = this.#exited.then((code) => {
      throw new Error(`ended with ${code} before ${pattern}: ${this.#output}`);
    });
    return Promise.race([found, ended]);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }
}
