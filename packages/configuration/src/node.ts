import type { ValueSource } from './value-source.ts';

export type Scalar = string | number | boolean | null;

interface Placed {
  /** Source of the value. */
  readonly source: ValueSource;
  /** Source of its key. */
  readonly keySource: ValueSource;
}

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** Whether the value is text that the schema still has to convert, as from environment and command line. */
  readonly isText: boolean;
}

/** A key without a value, e.g. `--verbose`. */
export interface FlagNode extends Placed {
  readonly kind: 'flag';
}

export interface ObjectNode extends Placed {
  readonly kind: 'object';
  readonly entries: Map<string, ConfigurationNode>;
}

export interface ArrayNode extends Placed {
  readonly kind: 'array';
  readonly items: readonly ConfigurationNode[];
}

/** A value with its source. */
export type ConfigurationNode = ScalarNode | FlagNode | ObjectNode | ArrayNode;

export const objectNode = (source: ValueSource, keySource = source): ObjectNode => ({
  kind: 'object',
  entries: new Map(),
  source,
  keySource,
});

/** Merges one tree into another: objects key by key; any other value, including a list, replaces the earlier one. */
export const mergeInto = (below: ObjectNode, above: ObjectNode): void => {
  for (const [key, node] of above.entries) {
    const covered = below.entries.get(key);
    if (covered?.kind === 'object' && node.kind === 'object') mergeInto(covered, node);
    else below.entries.set(key, node);
  }
};

/** The node at a path, or `undefined`. */
export const nodeAt = (root: ConfigurationNode, path: readonly (string | number)[]): ConfigurationNode | undefined => {
  let node: ConfigurationNode | undefined = root;
  for (const part of path) {
    if (node?.kind === 'object') node = node.entries.get(String(part));
    else if (node?.kind === 'array') node = node.items[Number(part)];
    else return undefined;
  }
  return node;
};

/** The deepest existing node on a path. For a missing value it is the place where it should be. */
export const nearestNode = (root: ConfigurationNode, path: readonly (string | number)[]): ConfigurationNode => {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
};

/** The source of the value at a path. */
export const sourceAt = (root: ConfigurationNode, path: readonly (string | number)[]): ValueSource => {
  const own = nodeAt(root, path);
  if (own !== undefined) return own.source;
  const around = nearestNode(root, path);
  // Text may be converted to a list or an object. A missing member of an existing object has its default.
  return around.kind === 'object' ? { kind: 'default' } : around.source;
};

/** The value of a node as plain data; text is not converted. */
export const plainValue = (node: ConfigurationNode): unknown => {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'flag':
      return true;
    case 'array':
      return node.items.map(plainValue);
    default:
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainValue(entry)]));
  }
};
