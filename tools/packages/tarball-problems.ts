import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Findings of `are the types wrong` that are not problems for an ES module on Node.js 22.12 and later. */
const expected = new Set([
  // `require` of an ES module works from Node.js 22.12 on.
  'CJSResolvesToESM',
]);

/** Every problem of a tarball that users would notice, one line each. */
export const tarballProblems = async (path: string): Promise<readonly string[]> => {
  const files = filesOf(path);
  return [
    ...(await publintProblems(path)),
    ...(await typeProblems(path)),
    ...builtinsWithoutScheme(path, files),
    ...brokenLinks(path, files),
  ];
};

const publintProblems = async (path: string): Promise<string[]> => {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const tarball = buffer.slice(byteOffset, byteOffset + byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
};

const typeProblems = async (path: string): Promise<string[]> => {
  const result = await checkPackage(createPackageFromTarballData(readFileSync(path)));
  if (!result.types) return ['the package has no types'];
  return (
    result.problems
      .filter(({ kind }) => !expected.has(kind))
      // Node.js 10 did not support `exports`.
      .filter((problem) => !('resolutionKind' in problem && problem.resolutionKind === 'node10'))
      .map((problem) => `types: ${JSON.stringify(problem)}`)
  );
};

const filesOf = (path: string): readonly string[] =>
  execFileSync('tar', ['-tzf', path], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''));

const textOf = (path: string, file: string): string =>
  execFileSync('tar', ['-xzOf', path, `package/${file}`], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

/** `from 'buffer'` is a builtin only for Node.js; other runtimes and bundlers look for a package. */
const builtinsWithoutScheme = (path: string, files: readonly string[]): string[] => {
  const builtins = new RegExp(`(?:from|import) ?\\(?['"](?:${builtinModules.join('|')})['"]`, 'g');
  return files
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) =>
      [...textOf(path, file).matchAll(builtins)].map(([found]) => `${file}: no \`node:\` in ${found}`),
    );
};

/** Links must lead to a file of the tarball or to a URL. */
const brokenLinks = (path: string, files: readonly string[]): string[] =>
  files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...textOf(path, file).matchAll(/\]\((?![a-z]+:|#)([^)#]+)[^)]*\)/g)]
        .map(([, target]) => target!)
        .filter((target) => !files.includes(posix.join(posix.dirname(file), target)))
        .map((target) => `${file}: the link ${target} leads out of the package`),
    );
