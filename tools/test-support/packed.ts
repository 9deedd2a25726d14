import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../packages/', import.meta.url));
const shell = process.platform === 'win32';

/** The manifest of a package. */
const manifestOf = (path: string): { name: string; dependencies?: Readonly<Record<string, string>> } =>
  JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as never;

/** The folder of a dependency of a package, resolved like Node.js does. */
const folderOf = (name: string, dependent: string): string => {
  for (let at = dependent; at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(candidate)) return realpathSync(candidate);
  }
  throw new Error(`${name} is not installed for ${dependent}`);
};

const dependenciesOf = (path: string): readonly string[] =>
  Object.keys(manifestOf(path).dependencies ?? {}).map((name) => folderOf(name, path));

const isOwn = (path: string): boolean => path.startsWith(packages);

/** Collects a package and all workspace packages that it depends on at run time. */
const withDependencies = (path: string, found: Set<string>): void => {
  if (found.has(path)) return;
  found.add(path);
  for (const dependency of dependenciesOf(path)) if (isOwn(dependency)) withDependencies(dependency, found);
};

/**
 * Packs packages of the workspace as for publishing, and unpacks them into an empty folder as if they had been
 * installed there, with only their declared third-party dependencies. Needs a build.
 *
 * @param folders of the packages in `packages`
 * @param modules the `node_modules` folder to create
 * @param tarballs an empty folder for the archives
 */
export const installPacked = (folders: readonly string[], modules: string, tarballs: string): void => {
  const found = new Set<string>();
  for (const folder of folders) withDependencies(join(packages, folder), found);
  for (const path of found) {
    unpack(path, placeFor(path, modules), tarballs);
    for (const other of dependenciesOf(path).filter((dependency) => !isOwn(dependency))) link(other, modules);
    linkCommands(path, modules);
  }
};

/** Links an installed third-party package into `modules`. @param dependent folder of the package that depends on it */
export const linkInstalled = (name: string, dependent: string, modules: string): void =>
  link(folderOf(name, join(packages, dependent)), modules);

const link = (path: string, modules: string): void => {
  const place = placeFor(path, modules);
  if (!existsSync(place)) symlinkSync(path, place, 'junction');
};

const placeFor = (path: string, modules: string): string => {
  const place = join(modules, manifestOf(path).name);
  mkdirSync(dirname(place), { recursive: true });
  return place;
};

const unpack = (path: string, place: string, tarballs: string): void => {
  const packed = execFileSync('pnpm', ['pack', '--json', '--pack-destination', tarballs], { cwd: path, shell });
  const { filename } = JSON.parse(String(packed)) as { readonly filename: string };
  mkdirSync(place);
  execFileSync('tar', ['-xzf', filename, '-C', place, '--strip-components=1']);
};

/** Links the commands of a package, like npm. */
const linkCommands = (path: string, modules: string): void => {
  const { name, bin = {} } = manifestOf(path) as { name: string; bin?: Readonly<Record<string, string>> };
  for (const [command, file] of Object.entries(bin)) {
    mkdirSync(join(modules, '.bin'), { recursive: true });
    symlinkSync(join('..', name, file), join(modules, '.bin', command));
  }
};
