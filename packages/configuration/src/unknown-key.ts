import { closest, distance } from 'fastest-levenshtein';
import type { ConfigurationProblem } from './errors.ts';
import { type KeyPath, formatKey } from './key-path.ts';
import { type Schema, childOf, keysOf } from './shape.ts';
import { foldedKey } from './spelling.ts';
import type { ValueSource } from './value-source.ts';

/** A key that the schema does not have. */
export interface UnknownKey {
  readonly path: KeyPath;
  readonly source: ValueSource;
}

/** Names of keys in other programs, each with the equivalent key of the schema. Parts are separated by dots. */
export type OtherNames = Readonly<Record<string, string>>;

/** The problem of an unknown key. It does not contain the value, because a misspelled key may hold a secret. */
export const unknownKeyProblem = (
  { path, source }: UnknownKey,
  root: Schema,
  otherNames: OtherNames = {},
): ConfigurationProblem => {
  const key = formatKey(path);
  const ownName = ownNameOf(key, otherNames);
  if (ownName !== undefined) {
    const message = `${key} is not a known key; the key with this meaning is ${ownName}.`;
    return { code: 'CONFIGURATION_KEY_UNKNOWN', key, source, message, nearest: ownName };
  }
  const parent = path.slice(0, -1);
  const siblings = knownKeys(schemaAt(root, parent));
  const nearest = nearestOf(String(path.at(-1)), siblings);
  const meant = nearest === undefined ? elsewhere(String(path.at(-1)), root) : formatKey([...parent, nearest]);
  const question = meant === undefined ? '.' : `; did you mean ${meant}?`;
  const allowed = siblings.length === 0 ? 'no keys' : siblings.join(', ');
  const message = `${key} is not a known key${question} Known here: ${allowed}`;
  const problem = { code: 'CONFIGURATION_KEY_UNKNOWN', key, source, message, allowed };
  return meant === undefined ? problem : { ...problem, nearest: meant };
};

/** The longest of the other names that is the key or a prefix of it. */
const ownNameOf = (key: string, otherNames: OtherNames): string | undefined => {
  const typed = `${foldedKey(key)}.`;
  const [found] = Object.keys(otherNames)
    .filter((name) => typed.startsWith(`${foldedKey(name)}.`))
    .toSorted((a, b) => b.length - a.length);
  return found === undefined ? undefined : otherNames[found];
};

const schemaAt = (root: Schema, path: KeyPath): Schema | undefined => {
  let schema: Schema | undefined = root;
  for (const part of path) schema = schema && childOf(schema, part);
  return schema;
};

const knownKeys = (schema: Schema | undefined): readonly string[] =>
  schema === undefined ? [] : keysOf(schema).filter((key) => !key.startsWith('$'));

/** A key is near if less than half of it is different. */
const nearestOf = (typed: string, known: readonly string[]): string | undefined => {
  if (known.length === 0) return undefined;
  const folded = foldedKey(typed);
  const nearest = closest(folded, known.map(foldedKey));
  if (distance(folded, nearest) >= folded.length / 2) return undefined;
  return known.find((key) => foldedKey(key) === nearest);
};

/** Maximum depth of the search: schemas may be recursive. */
const deepest = 4;

/** The only place where a key of this name is known, if there is one. */
const elsewhere = (typed: string, root: Schema): string | undefined => {
  const places = placesOf(foldedKey(typed), root, []);
  return places.length === 1 ? places[0] : undefined;
};

const placesOf = (folded: string, schema: Schema, path: readonly string[]): string[] =>
  path.length > deepest
    ? []
    : knownKeys(schema).flatMap((key) => {
        const here = [...path, key];
        const below = placesOf(folded, childOf(schema, key)!, here);
        return foldedKey(key) === folded ? [formatKey(here), ...below] : below;
      });
