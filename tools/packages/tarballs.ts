import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type WorkspacePackage, root, workspacePackages } from '../graph/workspace-packages.ts';

/** Packs the packages of the workspace. Each built package is packed once, on first use. */
export class Tarballs {
  readonly #folder: string;
  readonly #packed = new Map<string, string>();

  /** @param folder an empty folder for the tarballs */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /**
   * Packs a package as `pnpm publish` does.
   *
   * @returns the path of the tarball
   */
  of({ folder, manifest }: WorkspacePackage): string {
    const known = this.#packed.get(manifest.name);
    if (known !== undefined) return known;
    const before = new Set(readdirSync(this.#folder));
    execFileSync('pnpm', ['pack', '--pack-destination', this.#folder], {
      cwd: join(root, 'packages', folder),
      stdio: 'ignore',
      shell: process.platform === 'win32',
    });
    const name = readdirSync(this.#folder).find((file) => !before.has(file));
    if (name === undefined) throw new Error(`pnpm pack wrote no tarball for ${manifest.name}`);
    const path = join(this.#folder, name);
    this.#packed.set(manifest.name, path);
    return path;
  }
}

/** Packages of the workspace by their names. */
export const packagesByName: ReadonlyMap<string, WorkspacePackage> = new Map(
  workspacePackages.map((each) => [each.manifest.name, each]),
);

/** The given packages and all workspace packages that they depend on, including peers. */
export const withDependencies = (names: Iterable<string>, found = new Set<string>()): ReadonlySet<string> => {
  for (const name of names) {
    const manifest = packagesByName.get(name)?.manifest;
    if (manifest === undefined || found.has(name)) continue;
    found.add(name);
    withDependencies(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), found);
  }
  return found;
};
