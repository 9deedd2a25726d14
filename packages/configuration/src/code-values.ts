import type { ConfigurationLayer } from './layer.ts';
import { type ConfigurationNode, type ObjectNode, type Scalar, objectNode } from './node.ts';
import type { ValueSource } from './value-source.ts';

/**
 * A layer of values set in code.
 *
 * @param values plain data; keys that are `undefined` are ignored
 * @param name the source in descriptions of values, e.g. `useUrls`
 */
export const codeValues = (values: object, name = 'code'): ConfigurationLayer => ({
  isCode: true,
  read: () => {
    const tree = treeOf(values, { kind: 'code', name });
    return Promise.resolve(tree.entries.size === 0 ? undefined : { tree });
  },
});

const treeOf = (values: object, source: ValueSource): ObjectNode => {
  const tree = objectNode(source);
  for (const [key, value] of Object.entries(values) as [string, unknown][]) {
    if (value !== undefined) tree.entries.set(key, nodeOf(value, source));
  }
  return tree;
};

const nodeOf = (value: unknown, source: ValueSource): ConfigurationNode => {
  if (Array.isArray(value)) {
    return { kind: 'array', items: value.map((item: unknown) => nodeOf(item, source)), source, keySource: source };
  }
  if (typeof value === 'object' && value !== null) return treeOf(value, source);
  return { kind: 'scalar', value: value as Scalar, isText: false, source, keySource: source };
};
