import type { ConfigurationProblem } from './errors.ts';
import type { ValueSource } from './value-source.ts';

/** Sorts problems in reading order: files first, each from top to bottom, then environment, then arguments. */
export const inReadingOrder = (problems: readonly ConfigurationProblem[]): ConfigurationProblem[] => {
  const files = [...new Set(problems.map(({ source }) => fileOf(source)))];
  return problems.toSorted(
    ({ source: a }, { source: b }) =>
      ranks[a.kind] - ranks[b.kind] ||
      files.indexOf(fileOf(a)) - files.indexOf(fileOf(b)) ||
      positionOf(a) - positionOf(b),
  );
};

const ranks = { default: 0, code: 1, file: 2, unread: 2, environment: 3, argument: 4 } as const;

const fileOf = (source: ValueSource): string => (source.kind === 'file' || source.kind === 'unread' ? source.path : '');

/** Assumed maximum length of a line, for the sort key. */
const longestLine = 1e6;

const positionOf = (source: ValueSource): number =>
  source.kind === 'file' ? source.line * longestLine + source.column : 0;
