import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { ConfigurationErrorCode, ConfigurationProblem } from './errors.ts';
import { formatKey } from './key-path.ts';
import type { LayerContent } from './layer.ts';
import { type ConfigurationNode, type ObjectNode, type Scalar, objectNode } from './node.ts';
import { type ValueSource, describeSource } from './value-source.ts';

/** A message for each error of the parser. */
const sentences: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is neither a value nor a quoted text',
  InvalidNumberFormat: 'this is not a JSON number',
  PropertyNameExpected: 'a key in double quotes is missing here',
  ValueExpected: 'a value is missing here',
  ColonExpected: 'a colon is missing here, between key and value',
  CommaExpected: 'a comma or a closing bracket is missing before this',
  CloseBraceExpected: 'a closing brace } is missing before this',
  CloseBracketExpected: 'a closing bracket ] is missing before this',
  EndOfFileExpected: 'the file must end before this',
  UnexpectedEndOfComment: 'this comment has no end',
  UnexpectedEndOfString: 'this text has no closing quote on its line',
  UnexpectedEndOfNumber: 'this number is incomplete',
  InvalidUnicode: 'four hexadecimal digits must follow \\u',
  InvalidEscapeCharacter: 'this is not a JSON escape; a backslash is written as \\\\',
  InvalidCharacter: 'a control character must be escaped',
};

/** Parses a file. Only the first error of malformed JSON is reported, because it causes the others. */
export const parseJsonTree = (given: string, path: string): LayerContent | undefined => {
  const text = given.replace(/^\uFEFF/, '');
  if (text.trim() === '') return undefined;
  const reader = new TreeReader(text, path);
  return reader.read();
};

class TreeReader {
  readonly #text: string;
  readonly #path: string;
  readonly #lineStarts = [0];
  readonly #problems: ConfigurationProblem[] = [];

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
    for (const { index } of text.matchAll(/\n/g)) this.#lineStarts.push(index + 1);
  }

  read(): LayerContent {
    const errors: ParseError[] = [];
    const root = this.#parse(errors);
    const [first] = errors;
    if (root === undefined || first !== undefined) return { problems: [...this.#problems, ...malformed(first, this)] };
    if (root.type !== 'object') {
      this.report('CONFIGURATION_VALUE_INVALID', '', root.offset, 'the file must contain an object: { … }');
      return { problems: this.#problems };
    }
    const tree = this.#object(root, this.sourceAt(root.offset), []);
    return { tree, problems: this.#problems };
  }

  #parse(errors: ParseError[]): Node | undefined {
    try {
      return parseTree(this.#text, errors, { allowTrailingComma: true });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.report('CONFIGURATION_JSON_INVALID', '', 0, 'the file is nested too deeply');
      return undefined;
    }
  }

  #node(node: Node, keySource: ValueSource, path: readonly (string | number)[]): ConfigurationNode {
    const source = this.sourceAt(node.offset);
    if (node.type === 'object') return this.#object(node, keySource, path);
    if (node.type !== 'array') {
      return { kind: 'scalar', value: node.value as Scalar, isText: false, source, keySource };
    }
    const items = (node.children ?? []).map((item, at) => this.#node(item, this.sourceAt(item.offset), [...path, at]));
    return { kind: 'array', items, source, keySource };
  }

  #object(node: Node, keySource: ValueSource, path: readonly (string | number)[]): ObjectNode {
    const object = objectNode(this.sourceAt(node.offset), keySource);
    for (const property of node.children ?? []) {
      const [name, value] = property.children as [Node, Node];
      const key = name.value as string;
      const before = object.entries.get(key);
      if (before === undefined) {
        object.entries.set(key, this.#node(value, this.sourceAt(name.offset), [...path, key]));
      } else {
        const message = `${formatKey([...path, key])} is set a second time; the first is at ${describeSource(before.keySource)}`;
        this.report('CONFIGURATION_KEY_DUPLICATE', formatKey([...path, key]), name.offset, message);
      }
    }
    return object;
  }

  report(code: ConfigurationErrorCode, key: string, offset: number, message: string): void {
    this.#problems.push({ code, key, source: this.sourceAt(offset), message });
  }

  sourceAt(offset: number): ValueSource & { kind: 'file' } {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { kind: 'file', path: this.#path, line: low + 1, column: offset - this.#lineStarts[low]! + 1 };
  }
}

const malformed = (error: ParseError | undefined, reader: TreeReader): ConfigurationProblem[] => {
  if (error === undefined) return [];
  const message = sentences[printParseErrorCode(error.error)] ?? 'this is not JSON';
  return [{ code: 'CONFIGURATION_JSON_INVALID', key: '', source: reader.sourceAt(error.offset), message }];
};
