import type { Options } from 'tsup';
import ts from 'typescript';

type Plugin = NonNullable<Options['plugins']>[number];

/**
 * Declares the bindings of built modules with `const`, as the sources do. esbuild makes all of them `var`, which V8 loads
 * from the scope of the module for each use. It compiles a `const` as a constant, with the function or table that it
 * refers to. HTTP/1.1 requests take up to a tenth less CPU.
 */
export const constantBindings = (): Plugin => ({
  name: 'constant-bindings',
  // Without a new source map: all columns after the declared name stay the same.
  renderChunk: (code, { path }) => (path.endsWith('.js') ? { code: withConstants(code) } : undefined),
});

/** The module with `const` for each `var` at its top level that has an initializer and is not assigned again. */
export const withConstants = (code: string): string => {
  const module = ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const assigned = new Set<string>();
  ts.forEachChild(module, (node) => addAssigned(node, assigned));
  let result = '';
  let at = 0;
  for (const statement of module.statements) {
    const name = variableOf(statement);
    if (name === undefined || assigned.has(name)) continue;
    const start = statement.getStart(module);
    const declared = `var ${name} = `;
    if (!code.startsWith(declared, start)) continue;
    // As long as before, so that the source map stays valid.
    result += `${code.slice(at, start)}const ${name}=`;
    at = start + declared.length;
  }
  return result + code.slice(at);
};

/** The name of a statement that declares one variable, with an initializer. */
const variableOf = (statement: ts.Statement): string | undefined => {
  if (!ts.isVariableStatement(statement)) return undefined;
  const [declaration, ...others] = statement.declarationList.declarations;
  if (declaration?.initializer === undefined || others.length > 0) return undefined;
  return ts.isIdentifier(declaration.name) ? declaration.name.text : undefined;
};

/** Adds the names that are assigned after their declaration, in any scope. */
const addAssigned = (node: ts.Node, names: Set<string>): void => {
  const target = targetOf(node);
  if (target !== undefined) addTargets(target, names);
  ts.forEachChild(node, (child) => addAssigned(child, names));
};

/** The part of a node that it assigns to. */
const targetOf = (node: ts.Node): ts.Node | undefined => {
  if (ts.isBinaryExpression(node)) return isAssignment(node.operatorToken.kind) ? node.left : undefined;
  if (ts.isPostfixUnaryExpression(node)) return node.operand;
  if (ts.isPrefixUnaryExpression(node)) return isStep(node.operator) ? node.operand : undefined;
  if (!ts.isForInStatement(node) && !ts.isForOfStatement(node)) return undefined;
  return ts.isVariableDeclarationList(node.initializer) ? undefined : node.initializer;
};

const isStep = (operator: ts.PrefixUnaryOperator): boolean =>
  operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;

const isAssignment = (operator: ts.SyntaxKind): boolean =>
  operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;

/** Adds all names of a target, also of a pattern. A property is no binding. */
const addTargets = (target: ts.Node, names: Set<string>): void => {
  if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) return;
  if (ts.isIdentifier(target)) names.add(target.text);
  ts.forEachChild(target, (child) => addTargets(child, names));
};
