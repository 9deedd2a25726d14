import { allowedText } from './allowed.ts';
import { ConfigurationError, type ConfigurationProblem } from './errors.ts';
import { type KeyPath, formatKey } from './key-path.ts';
import type { LayerContent } from './layer.ts';
import {
  type ConfigurationNode,
  type ObjectNode,
  mergeInto,
  nearestNode,
  nodeAt,
  objectNode,
  plainValue,
  sourceAt,
} from './node.ts';
import { placedText } from './placed-text.ts';
import { inReadingOrder } from './problem-order.ts';
import { quoted } from './quoted.ts';
import { isSecretAt, mask } from './secrets.ts';
import { type Schema, childOf, marksOf, shapeOf, structuresOf } from './shape.ts';
import { textValue } from './text-value.ts';
import type { UnknownKey } from './unknown-key.ts';
import type { ValueSource } from './value-source.ts';

/** A rule that was broken, by whoever checks more than a schema can. */
export interface BrokenRule {
  readonly code: string;
  /** The key to blame; its source is found. */
  readonly key: KeyPath;
  /** The sentence that follows the key: `has no url`. */
  readonly message: string;
}

/** What further rules are checked with. */
export interface RuleCheck {
  report(broken: BrokenRule): void;
  /** Where a value comes from. */
  sourceOf(path: KeyPath): ValueSource;
}

/** Checks what a schema cannot: how values go together. */
export type CheckRules<T> = (values: T, check: RuleCheck) => void;

/** Layers that have become one. */
export interface BoundLayers<T> {
  readonly values: T;
  readonly tree: ObjectNode;
  readonly schema: Schema;
}

/**
 * Lays the layers over one another, reads their text as the schema expects it, and checks the result.
 *
 * @throws ConfigurationError with everything that is wrong
 */
export const bindLayers = async <T>(
  layers: readonly LayerContent[],
  schema: Schema,
  check?: CheckRules<T>,
): Promise<BoundLayers<T>> => {
  const binding = new Binding(schema);
  for (const layer of layers) binding.add(layer);
  const values = await binding.finish(check as CheckRules<unknown>);
  return { values: values as T, tree: binding.tree, schema };
};

class Binding {
  readonly tree = objectNode({ kind: 'default' });
  readonly #schema: Schema;
  readonly #problems: ConfigurationProblem[] = [];
  readonly #unknown: UnknownKey[] = [];
  /** Where what is missing at the top should have stood. */
  #source: ValueSource | undefined;
  /** False where a layer could not be read: what is missing may stand there. */
  #isComplete = true;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  add({ tree, assignments, problems = [] }: LayerContent): void {
    this.#problems.push(...problems);
    if (tree === undefined && assignments === undefined) this.#isComplete = false;
    if (tree !== undefined) {
      this.#source ??= tree.source;
      mergeInto(this.tree, tree);
    }
    if (assignments !== undefined)
      mergeInto(this.tree, placedText(assignments, this.#schema, this.tree, this.#problems));
  }

  async finish(check: CheckRules<unknown> | undefined): Promise<unknown> {
    const values = this.#validate(this.#value(this.tree, this.#schema, []));
    await this.#explainUnknown();
    if (this.#problems.length === 0) {
      check?.(values, {
        report: (broken) => this.#reportRule(broken),
        sourceOf: (path) => sourceAt(this.tree, path),
      });
    }
    if (this.#problems.length > 0) throw new ConfigurationError(inReadingOrder(this.#problems));
    return values;
  }

  // From nodes to values

  /** The value of a node as the schema expects it; `undefined` where a problem has been reported instead. */
  #value(node: ConfigurationNode, schema: Schema, path: KeyPath): unknown {
    switch (node.kind) {
      case 'object':
        return this.#object(node, schema, path);
      case 'array':
        return this.#array(node.items, schema, path);
      case 'flag':
        return this.#flag(node, schema, path);
      default:
        return node.isText ? textValue(node.value as string, schema) : node.value;
    }
  }

  #object(node: ObjectNode, schema: Schema, path: KeyPath): unknown {
    if (shapeOf(schema).kind === 'any') return plainValue(node);
    const shapes = structuresOf(schema).filter(({ kind }) => kind !== 'array');
    if (shapes.length === 0) return this.#refuse(path);
    const isOpen = shapes.some((shape) => shape.kind === 'object' && shape.rest === 'any');
    const values: [string, unknown][] = [];
    for (const [key, entry] of node.entries) {
      const child = childOf(schema, key);
      if (isReserved(key) || (child === undefined && !isOpen)) {
        this.#unknown.push({ path: [...path, key], source: entry.keySource });
      } else {
        values.push([key, child === undefined ? plainValue(entry) : this.#value(entry, child, [...path, key])]);
      }
    }
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }

  #array(items: readonly ConfigurationNode[], schema: Schema, path: KeyPath): unknown {
    if (shapeOf(schema).kind === 'any') return items.map(plainValue);
    const list = structuresOf(schema).find(({ kind }) => kind === 'array');
    if (list?.kind !== 'array') return this.#refuse(path);
    return items.map((item, at) => this.#value(item, list.item, [...path, at]));
  }

  #flag(node: ConfigurationNode, schema: Schema, path: KeyPath): unknown {
    const value = textValue('true', schema);
    if (value === true || shapeOf(schema).kind === 'any') return true;
    const allowed = allowedText(schema);
    this.#report({
      code: 'CONFIGURATION_ARGUMENT_INVALID',
      key: formatKey(path),
      source: node.source,
      message: `${formatKey(path)} has no value, and has to be ${allowed}`,
      allowed,
    });
    return undefined;
  }

  // Problems

  #validate(value: unknown): unknown {
    const result = this.#schema['~standard'].validate(value);
    if (result instanceof Promise) throw new TypeError('a schema of a configuration must not be asynchronous');
    if (result.issues === undefined) return result.value;
    for (const issue of result.issues) this.#reportIssue(issue as ValibotIssue);
    return undefined;
  }

  /** @param base where the path of the issue begins */
  #reportIssue(issue: ValibotIssue, base: KeyPath = []): void {
    const path = [...base, ...(issue.path ?? []).map(({ key }) => key)];
    const deeper = issue.issues?.filter((option) => option.path !== undefined) ?? [];
    if (nodeAt(this.tree, path) === undefined) this.#reportMissing(path);
    // Of a union that nothing fits, an object or a list is meant for the option that has keys or indexes.
    else if (deeper.length > 0) for (const option of deeper) this.#reportIssue(option, path);
    else if (this.#isExplained(issue, path)) this.#refuse(path);
    else this.#refuseFor(path, issue.message);
  }

  #reportMissing(path: KeyPath): void {
    if (!this.#isComplete) return;
    const key = formatKey(path);
    const allowed = this.#allowedAt(path);
    const source = this.#sourceNear(path);
    const message = `${key} is missing, and has to be ${allowed}`;
    this.#report({ code: 'CONFIGURATION_KEY_MISSING', key, source, message, allowed });
  }

  #refuse(path: KeyPath): undefined {
    const allowed = this.#allowedAt(path);
    const found = this.#foundAt(path);
    this.#reportValue(path, `is ${found}, and has to be ${allowed}`, { found, allowed });
  }

  /** With a reason of the schema's own. */
  #refuseFor(path: KeyPath, reason: string): void {
    const found = this.#foundAt(path);
    this.#reportValue(path, `is ${found}: ${reason}`, { found });
  }

  #reportValue(path: KeyPath, message: string, details: { readonly found: string; readonly allowed?: string }): void {
    const key = formatKey(path);
    const { source } = nearestNode(this.tree, path);
    this.#report({ code: 'CONFIGURATION_VALUE_INVALID', key, source, message: `${key} ${message}`, ...details });
  }

  /** Of an object or a list only what it is: there may be secrets in it. */
  #foundAt(path: KeyPath): string {
    const node = nearestNode(this.tree, path);
    if (node.kind === 'object') return 'an object';
    if (node.kind === 'array') return node.items.length === 0 ? 'an empty list' : 'a list';
    return isSecretAt(this.#schema, path) ? mask : quoted(plainValue(node));
  }

  /** Whether the words for what is allowed say what is wrong, better than a check without a message of its own. */
  #isExplained({ kind, type, message }: ValibotIssue, path: KeyPath): boolean {
    if (kind === 'schema' || explained.has(type)) return true;
    const schema = this.#schemaAt(path);
    return message.startsWith('Invalid ') && schema !== undefined && marksOf(schema).allowed !== undefined;
  }

  #reportRule({ code, key, message }: BrokenRule): void {
    const name = formatKey(key);
    this.#report({ code, key: name, source: this.#sourceNear(key), message: `${name} ${message}` });
  }

  #sourceNear(path: KeyPath): ValueSource {
    const node = nearestNode(this.tree, path);
    return node === this.tree ? (this.#source ?? node.source) : node.source;
  }

  /** Of several problems with one key the first is the cause. */
  #report(problem: ConfigurationProblem): void {
    const isKnown = this.#problems.some(({ key, source }) => key === problem.key && source === problem.source);
    if (!isKnown) this.#problems.push(problem);
  }

  async #explainUnknown(): Promise<void> {
    if (this.#unknown.length === 0) return;
    const { unknownKeyProblem } = await import('./unknown-key.ts');
    for (const unknown of this.#unknown) this.#problems.push(unknownKeyProblem(unknown, this.#schema));
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

interface ValibotIssue {
  readonly kind: string;
  readonly type: string;
  readonly message: string;
  readonly path?: readonly { readonly key: string | number }[];
  /** Of the options of a union. */
  readonly issues?: readonly ValibotIssue[];
}

/** Checks that the words for what is allowed speak of. */
const explained: ReadonlySet<string> = new Set(['integer', 'safe_integer', 'min_value', 'max_value', 'non_empty']);

/** Names that would reach the prototype of an object. */
const isReserved = (key: string): boolean => key === '__proto__' || key === 'prototype' || key === 'constructor';
