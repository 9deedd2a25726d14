import { allowedText } from './allowed.ts';
import type { ConfigurationErrorCode, ConfigurationProblem } from './errors.ts';
import { type KeyPath, formatKey } from './key-path.ts';
import { type ObjectNode, nearestNode, nodeAt, plainValue } from './node.ts';
import { printable, quoted } from './quoted.ts';
import { isSecretAt, mask, shownValue } from './secrets.ts';
import { type Schema, childOf, marksOf, requiredKeysOf } from './shape.ts';
import type { ValueSource } from './value-source.ts';

/** What valibot says is wrong, the parts that are looked at. */
export interface ValibotIssue {
  readonly kind: string;
  readonly type: string;
  readonly message: string;
  readonly path?: readonly { readonly key: string | number }[];
  /** Of the options of a union. */
  readonly issues?: readonly ValibotIssue[];
}

/** A rule that was broken, by whoever checks more than a schema can. */
export interface BrokenRule {
  readonly code: string;
  /** The key to blame; its source is found. */
  readonly key: KeyPath;
  /** The sentence that follows the key: `has no url`. */
  readonly message: string;
}

/** Checks that the words for what is allowed speak of. */
const explained: ReadonlySet<string> = new Set(['integer', 'safe_integer', 'min_value', 'max_value', 'non_empty']);

/** Gathers what is wrong with a tree of values, and puts it into words. */
export class ProblemReport {
  readonly problems: ConfigurationProblem[] = [];
  /** Where what is missing at the top should have stood. */
  topSource: ValueSource | undefined;
  /** Whether every layer could be read; otherwise what is missing may stand in one that could not. */
  isComplete = true;
  readonly #tree: ObjectNode;
  readonly #schema: Schema;

  constructor(tree: ObjectNode, schema: Schema) {
    this.#tree = tree;
    this.#schema = schema;
  }

  /** @param base where the path of the issue begins */
  issue(issue: ValibotIssue, base: KeyPath = []): void {
    const path = [...base, ...(issue.path ?? []).map(({ key }) => key)];
    const deeper = issue.issues?.filter((option) => option.path !== undefined) ?? [];
    if (nodeAt(this.#tree, path) === undefined) this.#missing(path);
    // Of a union that nothing fits, an object or a list is meant for the option that has keys or indexes.
    else if (deeper.length > 0) for (const option of deeper) this.issue(option, path);
    else if (this.#isExplained(issue, path)) this.wrongValue(path);
    else this.#refused(path, issue.message);
  }

  /** A value that is not what is allowed. */
  wrongValue(path: KeyPath): void {
    const allowed = this.#allowedAt(path);
    const found = this.#foundAt(path);
    this.#add('CONFIGURATION_VALUE_INVALID', path, `is ${found}, and has to be ${allowed}`, { found, allowed });
  }

  /** A key that was named without a value, and cannot be true. */
  withoutValue(path: KeyPath): void {
    const allowed = this.#allowedAt(path);
    this.#add('CONFIGURATION_ARGUMENT_INVALID', path, `has no value, and has to be ${allowed}`, { allowed });
  }

  brokenRule({ code, key, message }: BrokenRule): void {
    this.#add(code, key, message, {});
  }

  /** Of an object that is missing, the keys are reported that it needs. */
  #missing(path: KeyPath): void {
    if (!this.isComplete) return;
    const schema = this.#schemaAt(path);
    const needed = schema === undefined ? [] : requiredKeysOf(schema);
    if (needed.length > 0) {
      for (const key of needed) this.#missing([...path, key]);
      return;
    }
    const allowed = this.#allowedAt(path);
    this.#add('CONFIGURATION_KEY_MISSING', path, `is missing, and has to be ${allowed}`, { allowed });
  }

  /** A value that a check has a reason of its own against. */
  #refused(path: KeyPath, reason: string): void {
    const found = this.#foundAt(path);
    this.#add('CONFIGURATION_VALUE_INVALID', path, `is ${found}: ${printable(reason)}`, { found });
  }

  /** Of several problems with one key the first is the cause. */
  #add(
    code: ConfigurationErrorCode | (string & {}),
    path: KeyPath,
    message: string,
    details: Pick<ConfigurationProblem, 'allowed' | 'found'>,
  ): void {
    const key = formatKey(path);
    const source = this.#sourceNear(path);
    if (this.problems.some((other) => other.key === key && other.source === source)) return;
    this.problems.push({ code, key, source, message: `${key} ${message}`, ...details });
  }

  #sourceNear(path: KeyPath): ValueSource {
    const node = nearestNode(this.#tree, path);
    return node === this.#tree ? (this.topSource ?? node.source) : node.source;
  }

  /** Of an object or a list only what it is: there may be secrets in it. */
  #foundAt(path: KeyPath): string {
    const node = nearestNode(this.#tree, path);
    if (node.kind === 'object') return 'an object';
    if (node.kind === 'array') return node.items.length === 0 ? 'an empty list' : 'a list';
    return isSecretAt(this.#schema, path) ? mask : quoted(shownValue(plainValue(node)));
  }

  /**
   * Whether the words for what is allowed say what is wrong. They do it better than a check without a message of its own,
   * which repeats the value, and so they have to where that is a secret.
   */
  #isExplained({ kind, type, message }: ValibotIssue, path: KeyPath): boolean {
    if (kind === 'schema' || explained.has(type)) return true;
    if (isSecretAt(this.#schema, path)) return this.#repeatsValue(message, path);
    const schema = this.#schemaAt(path);
    return message.startsWith('Invalid ') && schema !== undefined && marksOf(schema).allowed !== undefined;
  }

  #repeatsValue(message: string, path: KeyPath): boolean {
    const node = nearestNode(this.#tree, path);
    return node.kind !== 'scalar' || message.includes(String(node.value));
  }

  #allowedAt(path: KeyPath): string {
    const schema = this.#schemaAt(path);
    return schema === undefined ? 'something else' : allowedText(schema);
  }

  #schemaAt(path: KeyPath): Schema | undefined {
    let schema: Schema | undefined = this.#schema;
    for (const part of path) schema = schema && childOf(schema, part);
    return schema;
  }
}
