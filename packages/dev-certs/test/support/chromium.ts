import { join } from 'node:path';
import { runProgram } from './program.ts';

/** A home with a browser in it that trusts an authority, as `trustInstructions` has it on Linux. */
export class Chromium {
  readonly #home: string;

  /** @param home an empty folder */
  constructor(home: string) {
    this.#home = home;
  }

  /** @param commands of `trustInstructions`, for a shell */
  async run(commands: readonly string[]): Promise<void> {
    const { code, output } = await runProgram('sh', ['-ec', commands.join('\n')], { HOME: this.#home });
    if (code !== 0) throw new Error(output);
  }

  /** The page, as text of HTML, or that of the browser's own error. */
  async open(url: string): Promise<string> {
    const profile = join(this.#home, 'profile');
    const mapped = '--host-resolver-rules=MAP example.com 127.0.0.1';
    const args = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${profile}`,
      mapped,
      '--dump-dom',
      url,
    ];
    return (await runProgram('chromium', args, { HOME: this.#home })).output;
  }
}
