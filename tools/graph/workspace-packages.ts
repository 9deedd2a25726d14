import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** The parts of a `package.json` that this workspace has rules for. */
export interface Manifest {
  readonly name: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly main?: string;
  readonly files?: readonly string[];
  readonly sideEffects?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One import, export or dynamic import of a source file. */
export interface ImportedName {
  /** Path of the importing file below the workspace. */
  readonly file: string;
  /** The specifier as written: `node:net`, `./errors.ts`, `@windhover/http`. */
  readonly specifier: string;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Imports in `src`. */
  readonly shipped: readonly ImportedName[];
  /** Imports in `test`, `examples` and files beside them. */
  readonly unshipped: readonly ImportedName[];
  /** Packages that only the examples import: `examples/package.json`. */
  readonly exampleDependencies: readonly string[];
}

const generated = new Set(['node_modules', 'dist', '.turbo', '.git', 'results', 'coverage', '.programs']);

/** Source files below a folder, as paths in the workspace; without generated files. */
export const filesBelow = (folder: string): string[] =>
  !existsSync(join(root, folder))
    ? []
    : readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return generated.has(entry.name) ? [] : filesBelow(path);
        return entry.isFile() ? [path] : [];
      });

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Imports, exports and dynamic imports of these files. */
export const importsOf = (files: readonly string[]): ImportedName[] =>
  files
    .filter((file) => /\.m?[jt]s$/.test(file))
    .flatMap((file) =>
      ts
        .preProcessFile(readText(file), true, true)
        .importedFiles.map(({ fileName }) => ({ file, specifier: fileName })),
    );

const exampleDependencies = (path: string): readonly string[] => {
  const manifest = join(path, 'examples', 'package.json');
  return existsSync(join(root, manifest))
    ? Object.keys((JSON.parse(readText(manifest)) as Manifest).dependencies!)
    : [];
};

const readPackage = (folder: string): WorkspacePackage => {
  const path = join('packages', folder);
  const source = join(path, 'src');
  return {
    folder,
    manifest: JSON.parse(readText(join(path, 'package.json'))) as Manifest,
    shipped: importsOf(filesBelow(source)),
    unshipped: importsOf(filesBelow(path).filter((file) => !file.startsWith(source))),
    exampleDependencies: exampleDependencies(path),
  };
};

export const workspacePackages: readonly WorkspacePackage[] = readdirSync(join(root, 'packages'))
  .filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
  .map(readPackage);

/**
 * The package of a specifier: `@windhover/http/x` becomes `@windhover/http`; `undefined` for a path or a module of
 * Node.
 */
export const packageOf = (specifier: string): string | undefined => {
  if (/^(?:\.|node:|#)/.test(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
};

/** The folder of a workspace package, by its name. */
export const folderOf = (name: string): string | undefined =>
  workspacePackages.find(({ manifest }) => manifest.name === name)?.folder;
