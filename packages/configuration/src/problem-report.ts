import { allowedText } from './allowed.ts';
import type { ConfigurationErrorCode, ConfigurationProblem } from './errors.ts';
import { type KeyPath, formatKey } from './key-path.ts';
import { type ObjectNode, nearestNode, nodeAt, plainValue } from './node.ts';
import { printable, quoted } from './quoted.ts';
import { isSecretAt, mask, shownValue } from './secrets.ts';
import { type Schema, childOf, marksOf, requiredKeysOf } from './shape.ts';
import type { ValueSource } from './value-source.ts';

/** An issue of valibot, with the properties that are used here. */
export interface ValibotIssue {
  readonly kind: string;
  readonly type: string;
  readonly message: string;
  readonly path?: readonly { readonly key: string | number }[];
  /** The issues of the options of a union. */
  readonly issues?: readonly ValibotIssue[];
}

/** A broken rule that a further check reports, beyond the checks of the schema. */
export interface BrokenRule {
  readonly code: string;
  /** The key at fault. The source of its value is looked up. */
  readonly key: KeyPath;
  /** The predicate of a sentence that begins with the key: `has no url`. */
  readonly message: string;
}

/** The checks that the text about allowed values covers. */
const explained: ReadonlySet<string> = new Set(['integer', 'safe_integer', 'min_value', 'max_value', 'non_empty']);

/** Collects the problems of a tree of values and writes their messages. */
export class ProblemReport {
  readonly problems: ConfigurationProblem[] = [];
  /** The source to name if a key is missing at the top level. */
  topSource: ValueSource | undefined;
  /** Whether every layer could be read. If not, a missing key may be in an unreadable layer. */
  isComplete = true;
  readonly #tree: ObjectNode;
  readonly #schema: Schema;

  constructor(tree: ObjectNode, schema: Schema) {
    this.#tree = tree;
    this.#schema = schema;
  }

  /** @param base path that the path of the issue is relative to */
  issue(issue: ValibotIssue, base: KeyPath = []): void {
    const path = [...base, ...(issue.path ?? []).map(({ key }) => key)];
    const deeper = issue.issues?.filter((option) => option.path !== undefined) ?? [];
    if (nodeAt(this.#tree, path) === undefined) this.#missing(path);
    // If no option of a union matches, an object or a list was meant for the option that has keys or indexes.
    else if (deeper.length > 0) for (const option of deeper) this.issue(option, path);
    else if (this.#isExplained(issue, path)) this.wrongValue(path);
    else this.#refused(path, issue.message);
  }

  /** Reports a value that is not allowed. */
  wrongValue(path: KeyPath): void {
    const allowed = this.#allowedAt(path);
    const found = this.#foundAt(path);
    this.#add('CONFIGURATION_VALUE_INVALID', path, `is ${found}; it must be ${allowed}`, { found, allowed });
  }

  /** Reports a key without a value whose type does not allow `true`. */
  withoutValue(path: KeyPath): void {
    const allowed = this.#allowedAt(path);
    this.#add('CONFIGURATION_ARGUMENT_INVALID', path, `has no value; it must be ${allowed}`, { allowed });
  }

  brokenRule({ code, key, message }: BrokenRule): void {
    this.#add(code, key, message, {});
  }

  /** Reports a missing key. For a missing object it reports the keys that the object requires. */
  #missing(path: KeyPath): void {
    if (!this.isComplete) return;
    const schema = this.#schemaAt(path);
    const needed = schema === undefined ? [] : requiredKeysOf(schema);
    if (needed.length > 0) {
      for (const key of needed) this.#missing([...path, key]);
      return;
    }
    const allowed = this.#allowedAt(path);
    this.#add('CONFIGURATION_KEY_MISSING', path, `is missing; it must be ${allowed}`, { allowed });
  }

  /** Reports a value that a check refused with its own message. */
  #refused(path: KeyPath, reason: string): void {
    const found = this.#foundAt(path);
    this.#add('CONFIGURATION_VALUE_INVALID', path, `is ${found}: ${printable(reason)}`, { found });
  }

  /** Adds a problem, unless the key already has one: the first problem of a key is the cause of the others. */
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

  /** The text of a found value. For an object or a list only its kind, because it may contain secrets. */
  #foundAt(path: KeyPath): string {
    const node = nearestNode(this.#tree, path);
    if (node.kind === 'object') return 'an object';
    if (node.kind === 'array') return node.items.length === 0 ? 'an empty list' : 'a list';
    return isSecretAt(this.#schema, path) ? mask : quoted(shownValue(plainValue(node)));
  }

  /**
   * Whether the text about allowed values explains the problem. It is better than the message of a check without its own
   * message, which repeats the value. For a secret value the text about allowed values must be used.
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
