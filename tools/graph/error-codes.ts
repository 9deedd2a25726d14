import ts from 'typescript';

/** A code that a package gives to its errors, refusals and process warnings. */
export interface SourceCode {
  /** Path and line: `packages/http/src/errors.ts:12`. */
  readonly place: string;
  readonly code: string;
}

/**
 * Finds the codes that a source file declares: the keys of its tables (`…Errors`, `…Refusals`), each `code` with a literal
 * value in a class or an object, and the codes of bad requests.
 *
 * @param file path for `place`
 */
export const codesOf = (file: string, text: string): SourceCode[] => {
  // Parsing takes most of the time, and most files declare nothing.
  if (!/(?:Errors|Refusals|\bcode|BadHttpRequestError)\b/.test(text)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const codes: SourceCode[] = [];
  const add = (node: ts.Node, code: string): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (/^[A-Z][A-Z0-9_]+$/.test(code)) codes.push({ place: `${file}:${line}`, code });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && /(?:Errors|Refusals)$/.test(node.name.getText())) {
      for (const property of tableOf(node.initializer)) add(property, property.name!.getText());
    } else {
      const code = codeOf(node);
      if (code !== undefined && ts.isStringLiteral(code)) add(node, code.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return codes;
};

/** The value of a `code` in a class or an object, or the first argument of `new BadHttpRequestError(…)`. */
const codeOf = (node: ts.Node): ts.Expression | undefined => {
  if (ts.isNewExpression(node) && node.expression.getText() === 'BadHttpRequestError') return node.arguments?.[0];
  if (!ts.isPropertyAssignment(node) && !ts.isPropertyDeclaration(node)) return undefined;
  return node.name.getText() === 'code' ? node.initializer : undefined;
};

/** The entries of an object that is written as `{ … } as const satisfies …`. */
const tableOf = (value: ts.Expression | undefined): readonly ts.ObjectLiteralElementLike[] => {
  if (value === undefined) return [];
  if (ts.isAsExpression(value) || ts.isSatisfiesExpression(value)) return tableOf(value.expression);
  return ts.isObjectLiteralExpression(value) ? value.properties.filter(ts.isPropertyAssignment) : [];
};
