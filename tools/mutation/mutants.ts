import ts from 'typescript';

/** A change of a source file that a test should detect. */
export interface Mutant {
  /** Counted from 1. */
  readonly id: number;
  /** Path in the workspace. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Description, e.g. `a < b becomes a <= b`. */
  readonly what: string;
  readonly edits: readonly Edit[];
}

/** A place in the text of a file where the mutant selects the old or the new text at run time. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  /** The new expression; `undefined` to remove a statement. */
  readonly text?: string;
}

type Site = Omit<Mutant, 'id'>;

const flipped = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
]);

/** Calls whose removal no test needs to detect. */
const unobserved = /^(?:debug|this\.#debug|super)\(/;

/** All places of a source file that can be mutated, in order. */
export const sitesIn = (file: string, text: string): Site[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const constants = numberConstants(source);
  const sites: Site[] = [];
  const add = (node: ts.Node, what: string, edits: readonly Edit[]): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    sites.push({ file, line, what, edits });
  };
  const replace = (node: ts.Expression, text: string): void =>
    add(node, `${short(node.getText())} becomes ${short(text)}`, [
      { start: node.getStart(), end: node.getEnd(), text },
    ]);

  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node)) return;
    if (isRunLater(node)) visitLater(node);
    const constant = constants.get(node);
    if (constant !== undefined) add(node, constant.what, constant.edits);
    ts.forEachChild(node, visit);
  };

  const visitLater = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node)) {
      const operator = flipped.get(node.operatorToken.kind);
      if (operator !== undefined) replace(node, `${node.left.getText()} ${operator} ${node.right.getText()}`);
    } else if (ts.isNumericLiteral(node) && isValue(node)) {
      replace(node, `${Number(node.text.replaceAll('_', '')) + 1}`);
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) replace(node as ts.Expression, 'false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword) replace(node as ts.Expression, 'true');
    else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      replace(node, `!(${node.getText()})`);
    } else if (ts.isExpressionStatement(node) && !unobserved.test(node.getText())) {
      add(node, `left out: ${short(node.getText())}`, [{ start: node.getStart(), end: node.getEnd() }]);
    }
  };

  visit(source);
  return sites;
};

/** Whether the code of a node runs in a call, not when the module loads. */
const isRunLater = (node: ts.Node): boolean =>
  ts.findAncestor(
    node.parent,
    (each) => ts.isFunctionLike(each) || (ts.isPropertyDeclaration(each) && !isStatic(each)),
  ) !== undefined;

const isStatic = (node: ts.PropertyDeclaration): boolean =>
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;

/** Whether a literal is a value, not the name of a property or enum member. */
const isValue = ({ parent }: ts.NumericLiteral): boolean =>
  !ts.isLiteralTypeNode(parent) && !(ts.isPropertyAssignment(parent) && ts.isNumericLiteral(parent.name));

/** Numeric constants of the module. The mutant changes each later use in the same file. */
const numberConstants = (source: ts.SourceFile): Map<ts.Node, Pick<Site, 'what' | 'edits'>> => {
  const found = new Map<ts.Node, Pick<Site, 'what' | 'edits'>>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer === undefined || !ts.isIdentifier(name) || !ts.isNumericLiteral(initializer)) continue;
      const edits = usesOf(source, name.text).map((use) => ({
        start: use.getStart(),
        end: use.getEnd(),
        text: `(${name.text} + 1)`,
      }));
      if (edits.length > 0) found.set(statement, { what: `${name.text} is one more`, edits });
    }
  }
  return found;
};

const usesOf = (source: ts.SourceFile, name: string): ts.Identifier[] => {
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node) && node.text === name && isRead(node) && isRunLater(node)) uses.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return uses;
};

const isRead = (node: ts.Identifier): boolean => {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return (
    !ts.isPropertyAssignment(parent) &&
    !ts.isShorthandPropertyAssignment(parent) &&
    !(ts.isVariableDeclaration(parent) && parent.name === node)
  );
};

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= 90 ? line : `${line.slice(0, 87)}...`;
};
