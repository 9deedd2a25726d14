import { isSecretAt, mask, shownValue } from './secrets.ts';
import type { EffectiveValue } from './configuration.ts';
import { type KeyPath, formatKey } from './key-path.ts';
import { jsonText, printable } from './quoted.ts';
import type { Schema } from './shape.ts';
import type { ValueSource } from './value-source.ts';

/** Lists values that are not objects, in their order. */
export const effectiveValues = (
  values: unknown,
  sourceOf: (path: KeyPath) => ValueSource,
  schema: Schema | undefined,
): EffectiveValue[] =>
  leavesOf(values, []).map(({ path, value }) => ({
    key: formatKey(path),
    text: isSecretAt(schema, path) ? mask : printable(jsonText(shownValue(value))),
    source: sourceOf(path),
  }));

interface Leaf {
  readonly path: KeyPath;
  readonly value: unknown;
}

const leavesOf = (value: unknown, path: KeyPath): Leaf[] => {
  if (value === undefined) return [];
  const parts = partsOf(value);
  if (parts === undefined) return [{ path, value }];
  return parts.flatMap(([key, part]) => leavesOf(part, [...path, key]));
};

/** The members that are listed separately. An empty object or list, and a list of plain values, is one entry instead. */
const partsOf = (value: unknown): [string | number, unknown][] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) {
    const parts = Object.entries(value);
    return parts.length === 0 ? undefined : parts;
  }
  const items: unknown[] = value;
  return items.some((item) => typeof item === 'object' && item !== null)
    ? items.map((item, at) => [at, item])
    : undefined;
};
