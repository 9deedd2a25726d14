import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, importsOf, workspacePackages } from './workspace-packages.ts';

/** Modules that start processes. */
const starters = new Set(['node:child_process', 'node:cluster', 'node:worker_threads', 'puppeteer-core']);

const files = [
  ...workspacePackages.flatMap(({ folder }) => filesBelow(join('packages', folder, 'test'))),
  ...filesBelow('tools'),
];

const specifiersOf = new Map(files.map((file) => [file, importsOf([file]).map(({ specifier }) => specifier)]));

/** Whether the file, or a file of tests that it imports, can start a process. */
const startsProcesses = (file: string, visited = new Set<string>()): boolean => {
  if (visited.has(file)) return false;
  visited.add(file);
  return (specifiersOf.get(file) ?? []).some(
    (specifier) =>
      starters.has(specifier) || (specifier.startsWith('.') && startsProcesses(join(file, '..', specifier), visited)),
  );
};

describe('test files that can start processes', () => {
  const tests = files.filter((file) => file.endsWith('.test.ts'));
  const isSystem = (file: string): boolean => file.endsWith('.system.test.ts');

  it('are named .system.test.ts', () => {
    expect(tests.filter((file) => !isSystem(file) && startsProcesses(file))).toEqual([]);
  });

  it('are the only files with that name', () => {
    expect(tests.filter((file) => isSystem(file) && !startsProcesses(file))).toEqual([]);
  });
});
