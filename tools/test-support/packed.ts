import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type WorkspacePackage, root, workspacePackages } from '../graph/workspace-packages.ts';
import { Tarballs, packagesByName, withDependencies } from '../packages/tarballs.ts';

/**
 * Packs packages of the workspace as for publishing, and unpacks them into an empty folder as if they had been
 * installed there, with only their declared third-party dependencies. Needs a build.
 *
 * @param folders of the packages in `packages`
 * @param modules the `node_modules` folder to create
 * @param archives an empty folder for the tarballs
 */
export const installPacked = (folders: readonly string[], modules: string, archives: string): void => {
  const tarballs = new Tarballs(archives);
  const asked = workspacePackages.filter(({ folder }) => folders.includes(folder));
  for (const name of withDependencies(asked.map(({ manifest }) => manifest.name))) {
    const installed = packagesByName.get(name)!;
    unpack(tarballs.of(installed), placeFor(name, modules));
    const { folder, manifest } = installed;
    for (const other of Object.keys(manifest.dependencies ?? {})) {
      if (!packagesByName.has(other)) linkInstalled(other, folder, modules);
    }
    linkCommands(installed, modules);
  }
};

/** Links an installed third-party package into `modules`. @param dependent folder of the package that depends on it */
export const linkInstalled = (name: string, dependent: string, modules: string): void => {
  const place = placeFor(name, modules);
  if (!existsSync(place)) symlinkSync(folderOf(name, join(root, 'packages', dependent)), place, 'junction');
};

/** The folder of a dependency of a package, resolved like Node.js does. */
const folderOf = (name: string, dependent: string): string => {
  for (let at = dependent; at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(candidate)) return realpathSync(candidate);
  }
  throw new Error(`${name} is not installed for ${dependent}`);
};

const placeFor = (name: string, modules: string): string => {
  const place = join(modules, name);
  mkdirSync(dirname(place), { recursive: true });
  return place;
};

const unpack = (tarball: string, place: string): void => {
  mkdirSync(place);
  execFileSync('tar', ['-xzf', tarball, '-C', place, '--strip-components=1']);
};

/** Links the commands of a package, like npm. */
const linkCommands = ({ manifest }: WorkspacePackage, modules: string): void => {
  for (const [command, file] of Object.entries(manifest.bin ?? {})) {
    mkdirSync(join(modules, '.bin'), { recursive: true });
    symlinkSync(join('..', manifest.name, file), join(modules, '.bin', command));
  }
};
