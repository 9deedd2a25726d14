import { type AST, RegExpParser } from '@eslint-community/regexpp';
import type { CharSet } from 'refa';
import { Chars, getConsumedChars, getFirstConsumedChar } from 'regexp-ast-analysis';
import { analyse } from 'scslre';
import ts from 'typescript';

/** A regular expression in a source file. */
export interface SourcePattern {
  /** Path and line: `packages/http/src/field-name.ts:41`. */
  readonly place: string;
  /** The literal, e.g. `/^a+$/i`; `undefined` for a pattern assembled at run time, which cannot be checked. */
  readonly literal: string | undefined;
}

/** The comment that excuses a pattern, on one of the lines directly above it. */
const excuse = /^\s*\/\/ super-linear: \S/m;

/**
 * Finds the regular expressions of a source file, except those excused by a comment `// super-linear: reason` directly
 * above.
 *
 * @param file path for `place`
 */
export const patternsOf = (file: string, text: string): SourcePattern[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const patterns: SourcePattern[] = [];
  const visit = (node: ts.Node): void => {
    const isLiteral = ts.isRegularExpressionLiteral(node);
    if ((isLiteral || isConstructor(node)) && !isExcused(node, text)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      patterns.push({ place: `${file}:${line}`, literal: isLiteral ? node.text : undefined });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return patterns;
};

/** `new RegExp(…)` and `RegExp(…)`. */
const isConstructor = (node: ts.Node): boolean =>
  (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'RegExp';

const isExcused = (node: ts.Node, text: string): boolean => {
  const statement = ts.findAncestor(node, (each) => ts.isStatement(each))!;
  return excuse.test(text.slice(statement.getFullStart(), statement.getStart()));
};

/**
 * Explains why the time of a pattern can grow faster than the length of the text; `undefined` for a linear pattern.
 *
 * It looks for two causes. First, two repetitions that can share the same characters (`a+b?a+$`) try every division
 * before they fail. Second, a pattern that is tried at every position (`[ ]+$`) reads to the end of a run from each of
 * its characters. It needs `^`, the flag `y`, or a first character that its repetitions cannot match.
 */
export const superLinear = (literal: string): string | undefined => {
  const parsed = new RegExpParser().parseLiteral(literal);
  const backtracking = analyse(parsed, { reportTypes: { Move: false } }).reports[0];
  if (backtracking !== undefined) {
    const growth = backtracking.exponential ? 'exponential' : 'polynomial';
    return `${growth} backtracking on repeats of ${JSON.stringify(backtracking.character.pick)}`;
  }
  if (parsed.flags.sticky) return undefined;
  const restarting = parsed.pattern.alternatives.some((alternative) => rescans(alternative, parsed.flags));
  return restarting ? 'is tried at every position, and reads far from each' : undefined;
};

/** Whether attempts at many positions can read the same characters. */
const rescans = ({ elements }: AST.Alternative, flags: AST.Flags): boolean => {
  const first = firstCharacters(elements, flags);
  return costlyRepetitions(elements, false).some(
    (repetition) => !getConsumedChars(repetition.element, flags).chars.isDisjointWith(first),
  );
};

/** The characters with which a match can begin. */
const firstCharacters = (elements: readonly AST.Element[], flags: AST.Flags): CharSet => {
  const [element, ...rest] = elements;
  if (element === undefined) return Chars.empty(flags);
  // `^` matches once; with the flag `m` after each line end.
  if (element.type === 'Assertion' && element.kind === 'start') {
    return flags.multiline ? Chars.lineTerminator(flags) : Chars.empty(flags);
  }
  if (element.type === 'Group' || element.type === 'CapturingGroup') {
    const beginnings = element.alternatives.map((each) => firstCharacters([...each.elements, ...rest], flags));
    return Chars.empty(flags).union(...beginnings);
  }
  const { char, empty } = getFirstConsumedChar(element, 'ltr', flags);
  return empty ? char.union(firstCharacters(rest, flags)) : char;
};

/** Repetitions without an upper bound after which the attempt can still fail. */
const costlyRepetitions = (elements: readonly AST.Element[], canFailAfter: boolean): AST.Quantifier[] =>
  elements.flatMap((element, index) => {
    const followed = canFailAfter || elements.slice(index + 1).some(canFail);
    if (element.type !== 'Quantifier') return inside(element, followed);
    const itself = element.max === Infinity && followed ? [element] : [];
    return [...itself, ...inside(element.element, followed)];
  });

const inside = (element: AST.Element, canFailAfter: boolean): AST.Quantifier[] =>
  'alternatives' in element
    ? element.alternatives.flatMap(({ elements }) => costlyRepetitions(elements, canFailAfter))
    : [];

const canFail = (element: AST.Element): boolean => {
  if (element.type === 'Quantifier') return element.min > 0 && canFail(element.element);
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return true;
  return element.alternatives.every(({ elements }) => elements.some(canFail));
};
