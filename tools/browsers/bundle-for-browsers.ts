import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));

/**
 * Bundles a program and the package sources that it imports as one classic script for browsers. The script stores the
 * exports of the program in the global variable `program`.
 *
 * @param program path of a module
 * @throws when the program or an import needs a module of Node.js
 */
export const bundleForBrowsers = async (program: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-browser-'));
  try {
    await build({
      config: false,
      silent: true,
      entry: [program],
      outDir: folder,
      format: ['iife'],
      globalName: 'program',
      platform: 'browser',
      target: 'es2023',
      tsconfig,
      treeshake: false,
      noExternal: [/./],
      outExtension: () => ({ js: '.js' }),
    });
    const script = readFileSync(join(folder, `${basename(program, extname(program))}.js`), 'utf8');
    // Modules of Node.js are not bundled: the script would require them.
    const [, required] = /\b__require\("([^"]*)"\)/.exec(script) ?? [];
    if (required !== undefined) throw new Error(`${program} needs ${required}, which browsers do not have`);
    return script;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
