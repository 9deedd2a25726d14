import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow, readText } from '../../graph/workspace-packages.ts';

/** A member of an interface, with its comment in one line. */
export interface DocumentedMember {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** The interfaces that a package declares, with the comments of their members. */
export const documentedInterfaces = (folder: string): ReadonlyMap<string, readonly DocumentedMember[]> => {
  const found = new Map<string, readonly DocumentedMember[]>();
  for (const file of filesBelow(join('packages', folder, 'src')).filter((path) => path.endsWith('.ts'))) {
    const source = ts.createSourceFile(file, readText(file), ts.ScriptTarget.Latest, true);
    for (const statement of source.statements) {
      if (!ts.isInterfaceDeclaration(statement)) continue;
      found.set(statement.name.text, statement.members.filter(ts.isPropertySignature).map(memberOf));
    }
  }
  return found;
};

const memberOf = (member: ts.PropertySignature): DocumentedMember => ({
  name: ts.isStringLiteral(member.name) ? member.name.text : member.name.getText(),
  type: oneLine(member.type?.getText() ?? ''),
  comment: oneLine(
    ts
      .getJSDocCommentsAndTags(member)
      .filter(ts.isJSDoc)
      .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
      .join(' '),
  ),
});

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
