import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browserSafe, floorOf, floors } from './floors.ts';
import {
  type Manifest,
  type WorkspacePackage,
  filesBelow,
  folderOf,
  packageOf,
  readText,
  root,
  workspacePackages,
} from './workspace-packages.ts';

const packages = workspacePackages.map((each) => [each.folder, each] as const);
const rootManifest = JSON.parse(readText('package.json')) as Manifest;

/** Dependencies of the manifest that the published code may import. */
const dependencies = ({ manifest }: WorkspacePackage): string[] =>
  Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

const devDependencies = ({ manifest }: WorkspacePackage): string[] => Object.keys(manifest.devDependencies ?? {});

/** The folders of the packages of this workspace among these names. */
const foldersOf = (names: readonly string[]): string[] =>
  names.map(folderOf).filter((folder): folder is string => folder !== undefined);

describe('the floors', () => {
  it('have a place for every package, and for nothing else', () => {
    const placed = floors.flatMap(([, folders]) => folders);
    expect(new Set(placed)).toEqual(new Set(workspacePackages.map(({ folder }) => folder)));
    expect(new Set(placed).size).toBe(placed.length);
  });

  it('are written from the ground up', () => {
    const numbers = floors.map(([floor]) => floor);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });
});

describe.each(packages)('%s', (folder, each) => {
  const allowed = dependencies(each);
  const ownFloor = floorOf(folder)!;

  it('ships imports of declared dependencies only', () => {
    const undeclared = each.shipped.filter(({ specifier }) => {
      const name = packageOf(specifier);
      return name !== undefined && !allowed.includes(name);
    });
    expect(undeclared).toEqual([]);
  });

  it('tests and examples import itself, what it declares, and the tools of the workspace', () => {
    const tools = Object.keys(rootManifest.devDependencies ?? {});
    const known = new Set([each.manifest.name, ...allowed, ...devDependencies(each), ...tools]);
    const examples = new Set(each.exampleDependencies);
    const undeclared = each.unshipped.filter(({ file, specifier }) => {
      const name = packageOf(specifier);
      const isExample = file.startsWith(join('packages', folder, 'examples'));
      return name !== undefined && !known.has(name) && !(isExample && examples.has(name));
    });
    expect(undeclared).toEqual([]);
  });

  it('imports point down', () => {
    expect(foldersOf(allowed).filter((other) => floorOf(other)! >= ownFloor)).toEqual([]);
  });

  it('stays inside its folder', () => {
    const outside = each.shipped.filter(
      ({ file, specifier }) =>
        specifier.startsWith('.') && !join(file, '..', specifier).startsWith(join('packages', folder, 'src')),
    );
    expect(outside).toEqual([]);
  });
});

describe('packages for browsers', () => {
  it.each(browserSafe)('%s imports nothing of Node', (folder) => {
    const { shipped } = workspacePackages.find((each) => each.folder === folder)!;
    expect(shipped.filter(({ specifier }) => specifier.startsWith('node:'))).toEqual([]);
  });
});

describe('there is no cycle', () => {
  /** Finds a package that imports itself through other packages. */
  const cycleFrom = (folder: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(folder)) return [...way, folder];
    const each = workspacePackages.find((candidate) => candidate.folder === folder)!;
    for (const next of foldersOf([...dependencies(each), ...devDependencies(each)])) {
      const cycle = cycleFrom(next, [...way, folder]);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };

  it.each(packages)('from %s, with what its tests need', (folder) => {
    expect(cycleFrom(folder, [])).toBeUndefined();
  });
});

describe.each(packages)('package.json of %s', (folder, { manifest }) => {
  it('is named after its folder', () => {
    expect(manifest.name).toBe(folder === 'windhover' ? folder : `@windhover/${folder}`);
  });

  it('has a description of one line, which is its own, and a licence', () => {
    expect(manifest.description).toMatch(/^[A-Z(].{20,118}[^.]$/);
    expect(workspacePackages.filter((other) => other.manifest.description === manifest.description)).toHaveLength(1);
    expect(manifest.license).toBe('MIT');
  });

  it('has a few sorted keywords, one of them windhover', () => {
    expect(manifest.keywords).toContain('windhover');
    expect(manifest.keywords).toEqual([...new Set(manifest.keywords)].toSorted());
    expect(manifest.keywords!.length).toBeGreaterThan(3);
    expect(manifest.keywords!.length).toBeLessThan(10);
    for (const keyword of manifest.keywords!) expect(keyword).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  it('is an ES module without side effects, without `main`, for Node 22.12 and later', () => {
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false, engines: { node: '>=22.12' } });
    expect(manifest).not.toHaveProperty('main');
  });

  it('exports types first', () => {
    const entries = Object.values(manifest.exports!).filter((entry) => typeof entry === 'object');
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) expect(Object.keys(entry)[0]).toBe('types');
  });

  it('ships the build, its pages and the schemas that it exports, and nothing else', () => {
    const schemas = Object.keys(manifest.exports!).filter((path) => path.endsWith('.schema.json'));
    const pages = folder === 'windhover' ? ['*.md', 'docs', 'templates'] : ['*.md'];
    expect(manifest.files).toEqual(['dist', ...pages, ...schemas.map((path) => path.slice('./'.length))]);
  });

  it('names its place in the repository, its home page and where to report problems', () => {
    const { repository, homepage, bugs } = rootManifest;
    expect(manifest.repository).toEqual({ ...repository, directory: `packages/${folder}` });
    expect(manifest.homepage).toBe(homepage!.replace('#readme', `/tree/main/packages/${folder}#readme`));
    expect(manifest.bugs).toBe(bugs);
  });

  it('has a README beside it', () => {
    expect(existsSync(join(root, 'packages', folder, 'README.md'))).toBe(true);
  });
});

describe.each(['README.md', 'ARCHITECTURE.md'])('%s', (document) => {
  it.each(packages)('names %s', (folder) => {
    expect(readText(document)).toContain(`packages/${folder}`);
  });

  it('leads to files that are there', () => {
    const links = [...readText(document).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, path]) => path!);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('no file names', () => {
  // In a linked work tree `.git` is a file that git writes.
  const written = filesBelow('.').filter((file) => file !== '.git' && !/\.(?:png|sock|tgz)$/.test(file));

  const naming = (pattern: RegExp): string[] => written.filter((file) => pattern.test(readText(file)));

  // The pattern is assembled from parts; otherwise this file would match it.
  it('the host of a package registry', () => {
    const hosts = ['npmjs', 'yarnpkg', 'npmmirror', 'pkg\\.github'].join('|');
    expect(naming(new RegExp(`registry\\.(?:${hosts})|npm\\.(?:${hosts})`))).toEqual([]);
  });

  it('a folder of the machine it was written on', () => {
    const homes = ['home/[\\w.-]+', 'Users/[\\w.-]+', 'root', 'work'].join('|');
    expect(naming(new RegExp(`(?<![\\w.:/-])/(?:${homes})/[\\w.-]`))).toEqual([]);
  });
});
