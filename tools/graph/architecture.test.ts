import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floorOf } from './floors.ts';
import { folderOf, readText, root, workspacePackages } from './workspace-packages.ts';

const architecture = readText('ARCHITECTURE.md');
const folders = workspacePackages.map(({ folder }) => folder);

/** The arrows of the graph, as `from -> to`. */
const drawn = (): string[] => {
  const [, graph] = /```mermaid\ngraph TD\n([^]*?)```/.exec(architecture)!;
  return graph!
    .trim()
    .split('\n')
    .flatMap((line) => arrowsOf(line.trim().split(/ -->|-\..*\.-> /)));
};

/** @param nodes packages, separated by `&`; each has an arrow to each of the next */
const arrowsOf = (nodes: readonly string[]): string[] =>
  nodes
    .slice(1)
    .flatMap((to, at) => packagesOf(nodes[at]!).flatMap((one) => packagesOf(to).map((other) => `${one} -> ${other}`)));

/** `middleware-*` is every package whose name begins with it. */
const packagesOf = (text: string): string[] =>
  text
    .split('&')
    .map((name) => name.trim())
    .flatMap((name) =>
      name.endsWith('*') ? folders.filter((folder) => folder.startsWith(name.slice(0, -1))) : [name],
    );

/** The dependencies of the manifests, in the same form. */
const declared = workspacePackages.flatMap(({ folder, manifest }) =>
  Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    .map(folderOf)
    .filter((other) => other !== undefined)
    .map((other) => `${folder} -> ${other}`),
);

/** Whether arrows lead from one package to another. */
const leads = (arrows: readonly string[], from: string, to: string): boolean =>
  arrows.includes(`${from} -> ${to}`) ||
  arrows.some((arrow) => {
    const [one, next] = arrow.split(' -> ');
    return one === from && leads(arrows, next!, to);
  });

describe('the graph of ARCHITECTURE.md', () => {
  it('has only arrows for dependencies of the manifests', () => {
    expect(drawn().filter((arrow) => !declared.includes(arrow))).toEqual([]);
  });

  it('has a path for each dependency of the manifests', () => {
    const arrows = drawn();
    const missing = declared.filter((arrow) => {
      const [from, to] = arrow.split(' -> ');
      return !leads(arrows, from!, to!);
    });
    expect(missing).toEqual([]);
  });
});

describe('the tables of ARCHITECTURE.md', () => {
  it('list each package on its floor', () => {
    const rows = [...architecture.matchAll(/^\| ([\d.]+) +\| \[packages\/([\w-]+)\]/gm)];
    const listed = Object.fromEntries(rows.map(([, floor, folder]) => [folder!, Number(floor)]));
    expect(listed).toEqual(Object.fromEntries(folders.map((folder) => [folder, floorOf(folder)])));
  });

  it('name files and folders that exist', () => {
    const named = [...architecture.matchAll(/`([\w-]+\/src(?:\/[\w./-]*)?)`/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(root, 'packages', path)))).toEqual([]);
  });
});
