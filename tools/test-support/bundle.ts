import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));

/**
 * Bundles a program and the package sources that it imports in one file. A process that runs the bundle starts several
 * times faster than one that loads each source.
 */
export class Bundle {
  readonly #folder = mkdtempSync(join(tmpdir(), 'windhover-bundle-'));
  /** Path of the bundle. */
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
