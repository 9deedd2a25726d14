import type { ValueSource } from './value-source.ts';

export type Scalar = string | number | boolean | null;

interface Placed {
  /** Where the value stands. */
  readonly source: ValueSource;
  /** Where its key stands. */
  readonly keySource: ValueSource;
}

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** Text that stands for whatever the schema expects, as environment and command line have it. */
  readonly isText: boolean;
}

/** A key that was named without a value, as `--verbose`. */
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

/** A value with the place that it comes from. */
export type ConfigurationNode = ScalarNode | FlagNode | ObjectNode | ArrayNode;

export const objectNode = (source: ValueSource, keySource = source): ObjectNode => ({
  kind: 'object',
  entries: new Map(),
  source,
  keySource,
});

/** Lays one tree over another: objects key by key; anything else, lists too, takes the place of what was there. */
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

/** The deepest node on the way to a path, which is where something that is missing should have stood. */
export const nearestNode = (root: ConfigurationNode, path: readonly (string | number)[]): ConfigurationNode => {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
};

/** Where the value at a path comes from. */
export const sourceAt = (root: ConfigurationNode, path: readonly (string | number)[]): ValueSource => {
  const own = nodeAt(root, path);
  if (own !== undefined) return own.source;
  const around = nearestNode(root, path);
  // A text may stand for a list or an object. But what is not set in an object that is there is a default.
  return around.kind === 'object' ? { kind: 'default' } : around.source;
};

/** What a node holds, as plain data, and text as text. */
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
