import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Case, type Outcome, outcomesOf } from './two-servers.ts';

/** Rows of DIFFERENCES.md, by their first column. */
export const knownDifferences: readonly string[] = [
  ...readFileSync(new URL('../../DIFFERENCES.md', import.meta.url), 'utf8').matchAll(/^\| ([^|]+?) +\|/gm),
]
  .map(([, what]) => what!.trim())
  .filter((what) => what !== 'what' && !what.startsWith('-'));

/**
 * Runs each case on `node:http` and on Windhover, and compares everything that the client and the handler observe. A case
 * that `differs` names a row of DIFFERENCES.md, and says what is observed here.
 */
export const describeCompatibility = (title: string, cases: readonly Case[]): void => {
  describe(`${title}, on node:http and on Windhover`, () => {
    it.each(named(cases.filter(({ differs }) => differs === undefined)))('%s', async (_, each) => {
      const { node, ours } = await outcomesOf(each);
      const isFaulty = each.fault !== undefined && has(node, each.fault.node);
      expect(ours).toEqual(isFaulty ? { ...ours, ...each.fault.here } : node);
    });

    it.for(named(cases.filter(({ differs }) => differs !== undefined)))('%s, differs', async ([, each]) => {
      const { row, here } = each.differs!;
      expect(knownDifferences).toContain(row);
      const { node, ours } = await outcomesOf(each);
      expect(ours).not.toEqual(node);
      expect(ours).toMatchObject(here);
    });
  });
};

/** Whether an outcome has these values. */
const has = (outcome: Outcome, expected: Partial<Outcome>): boolean =>
  Object.entries(expected).every(([name, value]) => isDeepStrictEqual(outcome[name as keyof Outcome], value));

const named = (cases: readonly Case[]) =>
  cases.filter(({ isUnsupported }) => isUnsupported !== true).map((each) => [each.name, each] as const);
