import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSources } from '../../../tools/test-support/load-sources.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The addresses that Kestrel published for a list of addresses, and the result expected here. */
interface Row {
  readonly input: string;
  readonly expect: 'same' | 'refuse' | 'either';
  readonly kestrel: { readonly bound: { readonly addresses?: readonly string[] } };
}

interface Result {
  readonly published?: readonly string[];
  readonly code?: string;
  /** Listening sockets after the stop. */
  readonly left: number;
}

const { rows } = JSON.parse(readFileSync(at('../../../tools/conformance/addresses.json'), 'utf8')) as { rows: Row[] };

const [ip, unshare, mount] = ['ip', 'unshare', 'mount'].map(findProgram);
const hasPrograms = [ip, unshare, mount].every((program) => program !== undefined);
const isPossible = process.getuid?.() === 0 && hasPrograms && spawnSync(unshare!, ['-n', '-m', 'true']).status === 0;

/** Binds each list in a network namespace where every port is free, with an empty /run. */
const bindEach = (lists: readonly string[]): Result[] => {
  const commands = [`${ip} link set lo up`, `${mount} -t tmpfs none /run`, 'mkdir /run/app', 'exec "$@"'].join('\n');
  const program = [process.execPath, ...loadSources, at('fixtures/bind-each.mjs')];
  const { stdout, stderr } = spawnSync(unshare!, ['-n', '-m', 'sh', '-ec', commands, 'sh', ...program], {
    input: JSON.stringify(lists),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Result[];
};

describe.skipIf(!isPossible)(
  'addresses bound for real beside what Kestrel does (needs root, ip, unshare and mount)',
  () => {
    const results = new Map<string, Result>();

    beforeAll(() => {
      const bound = bindEach(rows.map(({ input }) => input));
      for (const [index, { input }] of rows.entries()) results.set(input, bound[index]!);
    });

    const resultOf = ({ input }: Row): Result => results.get(input)!;
    const rowsThat = (expected: Row['expect']): Row[] => rows.filter((row) => row.expect === expected);

    it.each(rowsThat('same'))('$input: published as Kestrel does', (row) => {
      const published = resultOf(row).published?.map((address) => address.replace(/:\d+$/, ':PORT'));
      expect(published).toEqual(
        row.kestrel.bound.addresses!.map((address) => address.replace(/:(?:\d+|PORT)$/, ':PORT')),
      );
    });

    it.each(rowsThat('same'))('$input: the port that was typed', (row) => {
      const typed = row.kestrel.bound.addresses!.filter((address) => !address.endsWith(':PORT'));
      expect(resultOf(row).published).toEqual(expect.arrayContaining(typed));
    });

    it.each(rowsThat('refuse'))('$input: refused with a code', (row) => {
      expect(resultOf(row)).toMatchObject({ code: expect.stringMatching(/^(?:ADDRESS|TRANSPORT|SERVER)_[A-Z0-9_]+$/) });
    });

    it.each(rowsThat('either'))('$input: refused with a code, or no wider than it was typed', (row) => {
      const { published, code } = resultOf(row);
      const wider = published?.filter((address) => address.includes('[::]') && !row.input.includes('[::]')) ?? [];
      expect(wider).toEqual([]);
      expect(published ?? code).toBeDefined();
    });

    it('after the stop nothing listens and no socket file is left', () => {
      expect([...results].filter(([, { left }]) => left !== 0)).toEqual([]);
      expect(existsSync('/@abstract')).toBe(false);
    });
  },
);
