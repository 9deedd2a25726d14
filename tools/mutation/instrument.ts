import ts from 'typescript';
import type { Mutant } from './mutants.ts';

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Order of edits at one place: closings first, inner ones before outer ones; then openings, outer ones first. */
  readonly rank: number;
}

/**
 * Instruments a source file with all its mutants. `mutant(7)`, defined by the runner, returns whether mutant 7 is
 * active.
 * Loops count their rounds, so that an endless mutant is stopped.
 */
export const instrumented = (file: string, text: string, mutants: readonly Mutant[]): string => {
  const insertions = [...loopsIn(file, text), ...mutants.flatMap((mutant) => choices(text, mutant))];
  insertions.sort((a, b) => a.at - b.at || a.rank - b.rank);
  let result = '';
  let copied = 0;
  for (const { at, text: inserted } of insertions) {
    result += text.slice(copied, at) + inserted;
    copied = at;
  }
  return result + text.slice(copied);
};

const choices = (text: string, { id, edits }: Mutant): Insertion[] =>
  edits.flatMap(({ start, end, text: changed }) => {
    const isActive = `globalThis.__mutation.isActive(${id})`;
    const size = end - start;
    const [open, close] =
      changed === undefined ? [`{ if (!${isActive}) `, ' }'] : [`(${isActive} ? (${changed}) : (`, '))'];
    return [
      { at: start, text: open, rank: text.length - size },
      { at: end, text: close, rank: size - text.length },
    ];
  });

const loopsIn = (file: string, text: string): Insertion[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const insertions: Insertion[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIterationStatement(node, false) && ts.isBlock(node.statement)) {
      insertions.push({ at: node.statement.getStart() + 1, text: ' globalThis.__mutation.round();', rank: 0 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return insertions;
};
