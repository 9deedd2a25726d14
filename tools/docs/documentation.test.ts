import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadSettings } from '@windhover/hosting';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { hostKeys } from '../../packages/hosting/src/settings/schema.ts';
import { filesBelow, readText, root } from '../graph/workspace-packages.ts';
import { runExample } from '../test-support/run-example.ts';
import { type CodeBlock, codeBlocks } from './code-blocks.ts';
import { anchorOf, docsFolder, pageAt, repositoryPath, sitePages } from './site-pages.ts';

const blocks = sitePages.flatMap(codeBlocks);
const isProgram = ({ language }: CodeBlock): boolean => ['ts', 'js'].includes(language);

/** Pages whose programs are files of `examples`; the tests of `windhover` compare and run them. */
const withFiles = [`${docsFolder}/first-application.md`];

/** Other pages of `docs` have no example files: the blocks themselves are the programs. */
const ofDocs = blocks.filter(
  (block) => block.file.startsWith(docsFolder) && !withFiles.includes(block.file) && isProgram(block),
);
const programs = join(root, docsFolder, '.programs');

describe('programs of the documentation', () => {
  afterAll(() => rmSync(programs, { recursive: true, force: true }));

  it.each(ofDocs.map((block) => [`${block.file}:${block.line}`, block] as const))(
    '%s prints what its last lines say',
    async (_place, { file, line, language, code }) => {
      mkdirSync(programs, { recursive: true });
      const name = `${file.replaceAll(/[^a-z0-9]+/gi, '-')}-${line}.${language === 'ts' ? 'ts' : 'mjs'}`;
      writeFileSync(join(programs, name), code);
      const { logged, expected } = await runExample(pathToFileURL(join(programs, name)));
      expect(expected).not.toEqual([]);
      expect(logged).toEqual(expected);
    },
  );
});

/** Programs that are files of the repository, where the tests of their packages run them. */
const files = new Set(
  filesBelow('packages')
    .filter((file) => /[\\/]examples[\\/].*\.m?[jt]s$/.test(file))
    .map(readText),
);

describe('other code of the pages', () => {
  const fragments = blocks.filter((block) => isProgram(block) && !ofDocs.includes(block) && !files.has(block.code));

  it.each(fragments.map((block) => [`${block.file}:${block.line}`, block] as const))(
    '%s has no syntax error',
    (_place, { code }) => {
      const { diagnostics } = ts.transpileModule(code, {
        reportDiagnostics: true,
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
      });
      expect(diagnostics!.map(({ messageText }) => messageText)).toEqual([]);
    },
  );

  it.each(
    blocks
      .filter(({ language }) => language === 'json')
      .map((block) => [`${block.file}:${block.line}`, block] as const),
  )('%s is JSON', (_place, { code }) => expect(() => JSON.parse(code) as unknown).not.toThrow());

  it('is syntax of Node.js 22, which has no using declarations', () => {
    const newer = blocks.filter((block) => isProgram(block) && /^\s*(?:await )?using \w+ =/m.test(block.code));
    expect(newer.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });

  /** Packages that the reader of the page has: `windhover`, and the framework to move from. */
  const assumed = (file: string): string[] => ['windhover', basename(file, '.md')];

  it.each(sitePages.filter((file) => file.startsWith(docsFolder) && !withFiles.includes(file)))(
    '%s installs the packages that its programs import',
    (file) => {
      const installed = [...readText(file).matchAll(/^npm install (.+)$/gm)].flatMap(([, list]) => list!.split(' '));
      const imported = blocks
        .filter((block) => block.file === file && isProgram(block))
        .flatMap(({ code }) => [...code.matchAll(/ from '((?:@[\w-]+\/)?\w[\w-]*)[^']*'/g)].map(([, name]) => name!));
      const known = new Set([...installed, ...assumed(file)]);
      expect(imported.filter((name) => name !== 'node' && !known.has(name))).toEqual([]);
    },
  );

  it('names the language of every block', () => {
    const known = new Set([
      '',
      'ts',
      'js',
      'json',
      'sh',
      'nginx',
      'haproxy',
      'ini',
      'dockerfile',
      'yaml',
      'mermaid',
      'csharp',
      'text',
      'html',
      'c',
      'promql',
    ]);
    expect(
      blocks.filter(({ language }) => !known.has(language)).map(({ file, line, language }) => [file, line, language]),
    ).toEqual([]);
  });
});

/** Whether JSON has settings of a host, and not those of another program. */
const hasSettings = (json: string): boolean => {
  const keys = Object.keys(JSON.parse(json) as object);
  return keys.some((key) => hostKeys.includes(key) && key !== '$schema');
};

/** Settings of a page: in blocks, and in lines, e.g. `"logging": { … }`. */
const settingsOf = (file: string): (readonly [place: string, json: string])[] => [
  ...blocks
    .filter((block) => block.file === file && block.language === 'json')
    .map(({ line, code }) => [`${file}:${line}`, code] as const),
  ...[...readText(file).matchAll(/`("\w+": [{["][^`\n]*)`/g)].map(
    ([, text]) => [`${file}: ${text!}`, `{ ${text!} }`] as const,
  ),
];

describe('settings of the pages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-docs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(sitePages.flatMap(settingsOf).filter(([, json]) => hasSettings(json)))(
    '%s are valid',
    async (_place, json) => {
      const file = join(folder, 'windhover.json');
      writeFileSync(file, json);
      await expect(loadSettings({ file, environment: {} })).resolves.toBeDefined();
    },
  );
});

/** Links of a page, without those in code. */
const linksOf = (file: string): string[] =>
  [
    ...readText(file)
      .replaceAll(/^(`{3,})[^]*?^\1$/gm, '')
      .replaceAll(/`[^`\n]*`/g, 'code')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, href]) => href!);

const targetsOf = (file: string): { href: string; path: string; hash: string | undefined }[] =>
  linksOf(file).flatMap((href) => {
    const [target, hash] = href.split('#', 2) as [string, string | undefined];
    const path = target === '' ? file : repositoryPath(file, target);
    return path === undefined ? [] : [{ href, path: path.replace(/\/$/, ''), hash }];
  });

const anchorsOf = (file: string): Set<string> =>
  new Set([...readText(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!)));

/** Folders that are created by a command. */
const written: ReadonlySet<string> = new Set(['bench/results']);

describe('links of the pages', () => {
  it.each(sitePages)('%s leads to files and headings that exist', (file) => {
    const broken = targetsOf(file).filter(({ path, hash }) => {
      const page = pageAt(path);
      if (page === undefined) return !written.has(path) && !existsSync(join(root, path));
      return hash !== undefined && !anchorsOf(page).has(hash);
    });
    expect(broken.map(({ href }) => href)).toEqual([]);
  });

  it('reach every page from the README in two clicks', () => {
    const next = (pages: readonly string[]): string[] =>
      pages.flatMap((page) => targetsOf(page).flatMap(({ path }) => pageAt(path) ?? []));
    const first = next(['README.md']);
    const reached = new Set(['README.md', ...first, ...next(first)]);
    expect(sitePages.filter((page) => !reached.has(page))).toEqual([]);
  });
});
