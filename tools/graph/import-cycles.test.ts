import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, readText, root, workspacePackages } from './workspace-packages.ts';

/** An import or export from a relative path that exists at run time: type-only ones are erased. */
const runTimeImport = /^(?:import|export)\b(?! type\b)[^;]*?from '(\.[^']+)';/gm;

/** The source files of the same package that a file loads. */
const loadedBy = (file: string): string[] =>
  [...readText(file).matchAll(runTimeImport)]
    .map(([, specifier]) => join(dirname(file), specifier!))
    .filter((path) => existsSync(join(root, path)));

/** Cycles among files, each as the path from a file back to itself. */
const cyclesAmong = (files: readonly string[], importsOf: (file: string) => readonly string[]): string[][] => {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at !== -1) cycles.push([...way.slice(at), file]);
    if (at !== -1 || finished.has(file)) return;
    for (const next of importsOf(file)) visit(next, [...way, file]);
    finished.add(file);
  };
  for (const file of files) visit(file, []);
  return cycles;
};

describe('source files that load each other in a circle', () => {
  it.each(workspacePackages.map(({ folder }) => folder))('do not exist in %s', (folder) => {
    const files = filesBelow(join('packages', folder, 'src')).filter((file) => file.endsWith('.ts'));
    expect(cyclesAmong(files, loadedBy)).toEqual([]);
  });

  it('are found, whatever file the search begins with', () => {
    expect(loadedBy('packages/http1/src/http1.ts')).toContain('packages/http1/src/connection/http1-connection.ts');
    const graph: Record<string, string[]> = { a: ['b'], b: ['c', 'd'], c: ['b'], d: [] };
    expect(cyclesAmong(Object.keys(graph), (file) => graph[file]!)).toEqual([['b', 'c', 'b']]);
    expect(cyclesAmong(['d', 'c', 'a'], (file) => graph[file]!)).toEqual([['c', 'b', 'c']]);
  });
});
