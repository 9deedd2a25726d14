import { join } from 'node:path';
import { runProgram } from './program.ts';

/** A home folder and a browser that trusts an authority, set up by `trustInstructions` for Linux. */
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

  /** The page as HTML text, or the browser's error page. */
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
