import { readFile, rm } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { type GetModuleInfo, type ModuleInfo, rollup } from 'rollup';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['plugins']>[number];

/**
 * Joins the files that the main entry point of a package imports, because a start pays for each file that it loads.
 * esbuild makes a file of each group of modules that entry points share, and every dynamic import counts as an entry
 * point. Modules that only dynamic imports need stay in files of their own. Also removes unused code.
 *
 * @param entries file names of the built entry points, without extension; the first is the main one
 */
export const joinChunks = (entries: readonly string[]): Plugin => ({
  name: 'join-chunks',
  async buildEnd({ writtenFiles }) {
    const { outDir } = this.options;
    const paths = entries.map((entry) => resolve(outDir, `${entry}.js`));
    const bundle = await rollup({
      input: Object.fromEntries(entries.map((entry, index) => [entry, paths[index]!])),
      external: (id) => !id.startsWith('.') && !isAbsolute(id),
      plugins: [{ name: 'built-files', load: builtFile }],
      // As `sideEffects` in the manifest of each package says. Other packages may be imported for their effects alone.
      treeshake: { moduleSideEffects: (id, isExternal) => isExternal && !/^(?:node:|@windhover\/)/.test(id) },
    });
    let groups: Groups | undefined;
    const { output } = await bundle.write({
      dir: outDir,
      sourcemap: true,
      chunkFileNames: '[name].js',
      hoistTransitiveImports: false,
      manualChunks: (id, { getModuleInfo }) => (groups ??= new Groups(paths, getModuleInfo)).of(id),
    });
    await bundle.close();
    const kept = new Set(output.map(({ fileName }) => resolve(outDir, fileName)));
    const built = writtenFiles.map(({ name }) => resolve(name));
    await Promise.all(built.filter((path) => !kept.has(path)).map((path) => rm(path)));
  },
});

const builtFile = async (path: string): Promise<{ code: string; map: string }> => ({
  code: await readFile(path, 'utf8'),
  map: await readFile(`${path}.map`, 'utf8'),
});

/** The groups of files that are joined. */
class Groups {
  readonly #infoOf: GetModuleInfo;
  readonly #main: ReadonlySet<string>;
  readonly #imported: ReadonlySet<string>;
  readonly #reached: ReadonlySet<string>;

  constructor([main, ...others]: readonly string[], infoOf: GetModuleInfo) {
    this.#infoOf = infoOf;
    this.#main = this.#closure([main!], ({ importedIds }) => importedIds);
    this.#imported = this.#closure(others, ({ importedIds }) => importedIds);
    this.#reached = this.#closure(others, (info) => [...info.importedIds, ...info.dynamicallyImportedIds]);
  }

  /**
   * The name of the joined file. It is the main entry point itself if no other file needs more than that exports.
   *
   * @returns `undefined` for a file that is not joined
   */
  of(id: string): 'main' | 'shared' | undefined {
    if (!this.#main.has(id)) return undefined;
    // Another entry point does not load the main one, nor does a part of it that needs no other package.
    const isShared = this.#imported.has(id) || (this.#reached.has(id) && !this.#importsPackages(id));
    return isShared ? 'shared' : 'main';
  }

  #importsPackages(id: string): boolean {
    const imports = [...this.#closure([id], ({ importedIds }) => importedIds)].flatMap(
      (file) => this.#infoOf(file)!.importedIds,
    );
    return imports.some((name) => this.#infoOf(name)!.isExternal && !name.startsWith('node:'));
  }

  /** The files that are found from these on, including them. */
  #closure(files: readonly string[], next: (info: ModuleInfo) => readonly string[]): ReadonlySet<string> {
    const found = new Set(files);
    for (const id of found) {
      for (const imported of next(this.#infoOf(id)!)) if (!this.#infoOf(imported)!.isExternal) found.add(imported);
    }
    return found;
  }
}
