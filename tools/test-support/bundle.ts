import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));

/**
 * A program and the sources of the packages that it imports in one file, as they are now: a process that runs it is ready
 * several times sooner than one that loads each source by itself.
 */
export class Bundle {
  readonly #folder = mkdtempSync(join(tmpdir(), 'windhover-bundle-'));
  /** What Node runs. */
  readonly path: string;

  private constructor(program: string) {
    this.path = join(this.#folder, `${basename(program, extname(program))}.js`);
  }

  /** @param program path of a module */
  static async of(program: string): Promise<Bundle> {
    const bundle = new Bundle(program);
    await build({
      config: false,
      silent: true,
      entry: [program],
      outDir: bundle.#folder,
      format: ['esm'],
      platform: 'node',
      target: 'node22',
      tsconfig,
      noExternal: [/^@windhover\//],
      outExtension: () => ({ js: '.js' }),
    });
    return bundle;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
