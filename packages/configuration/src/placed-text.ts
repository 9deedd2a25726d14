import type { ConfigurationProblem } from './errors.ts';
import { formatKey } from './key-path.ts';
import type { TextAssignment } from './layer.ts';
import { type ConfigurationNode, type ObjectNode, objectNode } from './node.ts';
import { type Schema, childOf, keysOf, structuresOf } from './shape.ts';
import { knownSpelling, newSpelling } from './spelling.ts';
import { type ValueSource, describeSource } from './value-source.ts';

/**
 * Builds a tree from the text of one layer. Keys get the spelling of the schema, and names the spelling of earlier
 * layers. `hosts:0` and `hosts:1` become a list.
 *
 * @param problems receives keys that are set twice
 */
export const placedText = (
  assignments: readonly TextAssignment[],
  schema: Schema,
  below: ObjectNode,
  problems: ConfigurationProblem[],
): ObjectNode => {
  const root = objectNode({ kind: 'default' });
  for (const assignment of assignments) place(assignment, root, schema, below, problems);
  return withLists(root, schema, [], problems) as ObjectNode;
};

const place = (
  { path, text, source }: TextAssignment,
  root: ObjectNode,
  rootSchema: Schema,
  rootBelow: ObjectNode,
  problems: ConfigurationProblem[],
): void => {
  let object = root;
  let schema: Schema | undefined = rootSchema;
  let below: ConfigurationNode | undefined = rootBelow;
  const keys: string[] = [];
  for (const [at, typed] of path.entries()) {
    const key = spelled(typed, schema, object, below);
    keys.push(key);
    schema = schema && childOf(schema, key);
    below = below?.kind === 'object' ? below.entries.get(key) : undefined;
    const present = object.entries.get(key);
    if (at === path.length - 1) {
      if (present === undefined) object.entries.set(key, valueNode(text, source));
      else problems.push(duplicate(keys, source, present.keySource));
    } else if (present === undefined) {
      const next = objectNode(source);
      object.entries.set(key, next);
      object = next;
    } else if (present.kind === 'object') {
      object = present;
    } else {
      problems.push(duplicate(keys, source, present.keySource));
      return;
    }
  }
};

const valueNode = (text: string | undefined, source: ValueSource): ConfigurationNode =>
  text === undefined
    ? { kind: 'flag', source, keySource: source }
    : { kind: 'scalar', value: text, isText: true, source, keySource: source };

const spelled = (
  typed: string,
  schema: Schema | undefined,
  object: ObjectNode,
  below: ConfigurationNode | undefined,
): string => {
  const known = [
    ...(schema === undefined ? [] : keysOf(schema)),
    ...object.entries.keys(),
    ...(below?.kind === 'object' ? below.entries.keys() : []),
  ];
  return knownSpelling(typed, known) ?? newSpelling(typed);
};

const duplicate = (path: readonly string[], source: ValueSource, first: ValueSource): ConfigurationProblem => {
  const key = formatKey(path);
  const message = `${key} is set a second time; the first is ${describeSource(first)}`;
  return { code: 'CONFIGURATION_KEY_DUPLICATE', key, source, message };
};

/** Converts objects to lists where the schema has a list. */
const withLists = (
  node: ConfigurationNode,
  schema: Schema | undefined,
  path: readonly string[],
  problems: ConfigurationProblem[],
): ConfigurationNode => {
  if (node.kind !== 'object' || schema === undefined) return node;
  for (const [key, entry] of node.entries) {
    node.entries.set(key, withLists(entry, childOf(schema, key), [...path, key], problems));
  }
  return isList(node, schema) ? listOf(node, path, problems) : node;
};

/** For a union that also allows an object, all keys must be indexes. */
const isList = ({ entries }: ObjectNode, schema: Schema): boolean => {
  const kinds = new Set(structuresOf(schema).map(({ kind }) => kind));
  return kinds.has('array') && (kinds.size === 1 || [...entries.keys()].every((key) => /^\d+$/.test(key)));
};

const listOf = (
  { entries, source, keySource }: ObjectNode,
  path: readonly string[],
  problems: ConfigurationProblem[],
): ConfigurationNode => {
  const items: ConfigurationNode[] = [];
  for (let at = 0; at < entries.size; at++) {
    const item = entries.get(String(at));
    if (item === undefined) {
      const key = formatKey(path);
      const allowed = 'numbers from 0 on, without a gap';
      const message = `${key} is a list without item ${at}; the parts after ${key} must be ${allowed}`;
      problems.push({ code: 'CONFIGURATION_VALUE_INVALID', key, source, message, allowed });
      break;
    }
    items.push(item);
  }
  return { kind: 'array', items, source, keySource };
};
