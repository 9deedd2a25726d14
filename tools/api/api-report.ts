import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../graph/workspace-packages.ts';

/** The entry points of a package: `index`, and e.g. `codec/index` where it exports `./codec`. */
const entriesOf = (folder: string): string[] => {
  const dist = join(root, 'packages', folder, 'dist');
  if (!existsSync(dist)) throw new Error(`packages/${folder} is not built: npm run build`);
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?:^|[\\/])index\.d\.ts$/.test(file))
    .toSorted()
    .map((file) => join(dist, file));
};

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  types: ['node'],
  typeRoots: [join(root, 'node_modules', '@types')],
  skipLibCheck: true,
  noEmit: true,
};

const printer = ts.createPrinter({ removeComments: true });

/**
 * The public API of built packages, as text for reviews: every exported name in alphabetical order with its
 * declaration, without comments.
 *
 * @returns the report of each package, by folder
 */
export const apiReports = (folders: readonly string[]): ReadonlyMap<string, string> => {
  const entries = new Map(folders.map((folder) => [folder, entriesOf(folder)]));
  const program = ts.createProgram([...entries.values()].flat(), options);
  return new Map([...entries].map(([folder, files]) => [folder, reportOf(folder, files, program)]));
};

const reportOf = (folder: string, files: readonly string[], program: ts.Program): string => {
  const dist = join(root, 'packages', folder, 'dist');
  const sections = files.map((file) => {
    const name = [
      '.',
      ...file
        .slice(dist.length + 1)
        .split(/[\\/]/)
        .slice(0, -1),
    ].join('/');
    return `## \`${name}\`\n\n\`\`\`ts\n${declarationsOf(file, program).join('\n\n')}\n\`\`\`\n`;
  });
  const title = `# Public API of \`${folder === 'windhover' ? folder : `@windhover/${folder}`}\`\n`;
  return `${title}\nWritten by \`npm run api\` from the built declarations. Review a change of this file as a change of the API.\n\n${sections.join('\n')}`;
};

const declarationsOf = (file: string, program: ts.Program): string[] => {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file)!;
  return checker
    .getExportsOfModule(checker.getSymbolAtLocation(source)!)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((symbol) => declarationOf(symbol, checker));
};

/** A name that another package declares is shown as a reference; its declaration is in the report of that package. */
const declarationOf = (symbol: ts.Symbol, checker: ts.TypeChecker): string => {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declarations = target.declarations ?? [];
  const foreign = declarations.map((each) => packageOfFile(each.getSourceFile().fileName));
  const ownFile = symbol.declarations?.[0]?.getSourceFile().fileName;
  if (ownFile !== undefined && foreign.some((name) => name !== packageOfFile(ownFile))) {
    return `export { ${symbol.name} } from '${foreign[0]}';`;
  }
  const texts = declarations.map((each) => printed(statementOf(each)));
  const renamed = target.name === symbol.name ? '' : ` // exported as ${symbol.name}`;
  return [...new Set(texts)].map((text) => `${text}${renamed}`).join('\n');
};

const packageOfFile = (file: string): string => {
  const own = /\/packages\/([^/]+)\/dist\//.exec(file);
  if (own !== null) return own[1] === 'windhover' ? 'windhover' : `@windhover/${own[1]}`;
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? file;
};

/** A variable with its `const` and type: the statement of its declaration. */
const statementOf = (declaration: ts.Declaration): ts.Node =>
  ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;

const printed = (node: ts.Node): string =>
  printer
    .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
    // Private members of a class are not part of the API.
    .replaceAll(/^ +(?:private [^\n]*|#private;)\n/gm, '')
    .replace(/^(?:export )?(?:declare )?/, 'export ');
