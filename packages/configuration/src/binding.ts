import { ConfigurationError } from './errors.ts';
import type { KeyPath } from './key-path.ts';
import type { LayerContent } from './layer.ts';
import { type ConfigurationNode, type ObjectNode, mergeInto, objectNode, plainValue, sourceAt } from './node.ts';
import { placedText } from './placed-text.ts';
import { inReadingOrder } from './problem-order.ts';
import { type BrokenRule, ProblemReport, type ValibotIssue } from './problem-report.ts';
import { type Schema, childOf, shapeOf, structuresOf } from './shape.ts';
import { textValue } from './text-value.ts';
import type { OtherNames, UnknownKey } from './unknown-key.ts';
import type { ValueSource } from './value-source.ts';

/** The argument of further checks. */
export interface RuleCheck {
  report(broken: BrokenRule): void;
  /** The source of a value. */
  sourceOf(path: KeyPath): ValueSource;
}

/** Checks rules that a schema cannot express: combinations of values. */
export type CheckRules<T> = (values: T, check: RuleCheck) => void;

/** The merged layers, before and after checking. */
export interface BoundLayers<T> {
  readonly values: T;
  readonly tree: ObjectNode;
  readonly schema: Schema;
}

/**
 * Merges the layers, converts their text to the types of the schema, and checks the result.
 *
 * @throws ConfigurationError with all problems
 */
export const bindLayers = async <T>(
  layers: readonly LayerContent[],
  schema: Schema,
  check?: CheckRules<T>,
  otherNames?: OtherNames,
): Promise<BoundLayers<T>> => {
  const binding = new Binding(schema, otherNames);
  for (const layer of layers) binding.add(layer);
  const values = await binding.finish(check as CheckRules<unknown>);
  return { values: values as T, tree: binding.tree, schema };
};

class Binding {
  readonly tree = objectNode({ kind: 'default' });
  readonly #schema: Schema;
  readonly #report: ProblemReport;
  readonly #unknown: UnknownKey[] = [];
  readonly #otherNames: OtherNames | undefined;

  constructor(schema: Schema, otherNames: OtherNames | undefined) {
    this.#schema = schema;
    this.#otherNames = otherNames;
    this.#report = new ProblemReport(this.tree, schema);
  }

  add({ tree, assignments, problems = [] }: LayerContent): void {
    this.#report.problems.push(...problems);
    if (tree === undefined && assignments === undefined) this.#report.isComplete = false;
    if (tree !== undefined) {
      this.#report.topSource ??= tree.source;
      mergeInto(this.tree, tree);
    }
    if (assignments !== undefined) {
      mergeInto(this.tree, placedText(assignments, this.#schema, this.tree, this.#report.problems));
    }
  }

  async finish(check: CheckRules<unknown> | undefined): Promise<unknown> {
    const values = this.#validate(this.#value(this.tree, this.#schema, []));
    await this.#explainUnknown();
    const { problems } = this.#report;
    if (problems.length === 0) {
      check?.(values, {
        report: (broken) => this.#report.brokenRule(broken),
        sourceOf: (path) => sourceAt(this.tree, path),
      });
    }
    if (problems.length > 0) throw new ConfigurationError(inReadingOrder(problems));
    return values;
  }

  #validate(value: unknown): unknown {
    const result = this.#schema['~standard'].validate(value);
    if (result instanceof Promise) throw new TypeError('a schema of a configuration must not be asynchronous');
    if (result.issues === undefined) return result.value;
    for (const issue of result.issues) this.#report.issue(issue as ValibotIssue);
    return undefined;
  }

  async #explainUnknown(): Promise<void> {
    if (this.#unknown.length === 0) return;
    const { unknownKeyProblem } = await import('./unknown-key.ts');
    for (const unknown of this.#unknown) {
      this.#report.problems.push(unknownKeyProblem(unknown, this.#schema, this.#otherNames));
    }
  }

  /** The value of a node in the type of the schema; `undefined` if a problem was reported instead. */
  #value(node: ConfigurationNode, schema: Schema, path: KeyPath): unknown {
    switch (node.kind) {
      case 'object':
        return this.#object(node, schema, path);
      case 'array':
        return this.#array(node.items, schema, path);
      case 'flag':
        return this.#flag(schema, path);
      default:
        return node.isText ? textValue(node.value as string, schema) : node.value;
    }
  }

  #object(node: ObjectNode, schema: Schema, path: KeyPath): unknown {
    if (shapeOf(schema).kind === 'any') return plainValue(node);
    const shapes = structuresOf(schema).filter(({ kind }) => kind !== 'array');
    if (shapes.length === 0) return this.#report.wrongValue(path);
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
    if (list?.kind !== 'array') return this.#report.wrongValue(path);
    return items.map((item, at) => this.#value(item, list.item, [...path, at]));
  }

  #flag(schema: Schema, path: KeyPath): unknown {
    if (shapeOf(schema).kind === 'any' || textValue('true', schema) === true) return true;
    this.#report.withoutValue(path);
    return undefined;
  }
}

/** Names that would reach the prototype of an object. */
const isReserved = (key: string): boolean => key === '__proto__' || key === 'prototype' || key === 'constructor';
