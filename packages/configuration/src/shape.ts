import type { GenericSchema } from 'valibot';
import type { Scalar } from './node.ts';

/** A valibot schema. */
export type Schema = GenericSchema;

/** The structure of a schema: the parts needed to convert text, to find keys and to explain problems. */
export type Shape =
  | {
      readonly kind: 'object';
      readonly entries: Readonly<Record<string, Schema>>;
      /** Schema of keys beside the entries; `undefined` if none are allowed. */
      readonly rest: Schema | 'any' | undefined;
    }
  | { readonly kind: 'record'; readonly value: Schema }
  | { readonly kind: 'array'; readonly item: Schema }
  | { readonly kind: 'union'; readonly options: readonly Schema[]; readonly orNull: boolean }
  | { readonly kind: 'choice'; readonly values: readonly Scalar[] }
  | { readonly kind: 'text' | 'number' | 'boolean' | 'null' | 'any' };

/** The properties of valibot schemas that are used here; all are documented by valibot. */
interface Anatomy {
  readonly type: string;
  readonly kind: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly rest?: Schema;
  readonly value?: Schema;
  readonly item?: Schema;
  readonly wrapped?: Schema;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly getter?: (input: undefined) => Schema;
  readonly pipe?: readonly Anatomy[];
  readonly requirement?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const anatomyOf = (schema: Schema): Anatomy => schema;

/** Determines the structure of a schema. An unknown kind accepts anything here, and only valibot checks it. */
export const shapeOf = (schema: Schema): Shape => {
  const anatomy = anatomyOf(schema);
  switch (anatomy.type) {
    case 'strict_object':
    case 'object':
      return { kind: 'object', entries: anatomy.entries!, rest: undefined };
    case 'loose_object':
      return { kind: 'object', entries: anatomy.entries!, rest: 'any' };
    case 'object_with_rest':
      return { kind: 'object', entries: anatomy.entries!, rest: anatomy.rest! };
    case 'record':
      return { kind: 'record', value: anatomy.value! };
    case 'array':
      return { kind: 'array', item: anatomy.item! };
    case 'union':
    case 'variant':
      return { kind: 'union', options: anatomy.options as readonly Schema[], orNull: false };
    case 'nullable':
    case 'nullish':
      return { kind: 'union', options: [anatomy.wrapped!], orNull: true };
    case 'optional':
    case 'exact_optional':
    case 'undefinedable':
    case 'non_optional':
      return shapeOf(anatomy.wrapped!);
    case 'lazy':
      return shapeOf(anatomy.getter!(undefined));
    case 'picklist':
    case 'enum':
      return { kind: 'choice', values: anatomy.options as readonly Scalar[] };
    case 'literal':
      return { kind: 'choice', values: [anatomy.literal as Scalar] };
    case 'string':
      return { kind: 'text' };
    case 'number':
    case 'boolean':
    case 'null':
      return { kind: anatomy.type };
    default:
      return { kind: 'any' };
  }
};

/** The `v.metadata` of a schema that this package supports. */
export interface SchemaMarks {
  /** Whether values are never shown: `v.metadata({ secret: true })`. */
  readonly secret: boolean;
  /** The allowed values, to complete the sentence "it must be …": `v.metadata({ allowed: 'a power of two' })`. */
  readonly allowed: string | undefined;
}

export const marksOf = (schema: Schema): SchemaMarks => {
  const { pipe = [] } = anatomyOf(schema);
  const inner = innerOf(schema);
  let { secret, allowed }: SchemaMarks = inner === undefined ? { secret: false, allowed: undefined } : marksOf(inner);
  for (const { metadata } of pipe) {
    if (metadata === undefined) continue;
    secret ||= metadata['secret'] === true;
    if (typeof metadata['allowed'] === 'string') allowed = metadata['allowed'];
  }
  return { secret, allowed };
};

/** The requirement of a check in the pipe of a schema, e.g. of `min_value`; `true` if the check has none. */
export const requirementOf = (schema: Schema, type: string): unknown => {
  const { pipe = [] } = anatomyOf(schema);
  const item = pipe.find((candidate) => candidate.kind === 'validation' && candidate.type === type);
  if (item !== undefined) return item.requirement ?? true;
  const inner = innerOf(schema);
  return inner && requirementOf(inner, type);
};

/** The first schema of a pipe, or the schema wrapped by `optional` and similar. */
const innerOf = (schema: Schema): Schema | undefined => {
  const { pipe, wrapped } = anatomyOf(schema);
  return (pipe?.[0] as Schema | undefined) ?? wrapped;
};

/** The object and list structures that a schema accepts; for a union, those of all options. */
export const structuresOf = (schema: Schema): readonly Structure[] => {
  const shape = shapeOf(schema);
  if (shape.kind === 'union') return shape.options.flatMap(structuresOf);
  return shape.kind === 'object' || shape.kind === 'record' || shape.kind === 'array' ? [shape] : [];
};

/** A shape that has keys or indexes. */
export type Structure = Extract<Shape, { kind: 'object' | 'record' | 'array' }>;

/** The known keys of a schema. */
export const keysOf = (schema: Schema): readonly string[] => [
  ...new Set(structuresOf(schema).flatMap((shape) => (shape.kind === 'object' ? Object.keys(shape.entries) : []))),
];

/** The schemas for a key or an index: one for each option of a union that has it. */
export const childrenOf = (schema: Schema, part: string | number): readonly Schema[] =>
  structuresOf(schema).flatMap((shape) => childIn(shape, part) ?? []);

/** The first schema for a key or an index; `undefined` if none is known. */
export const childOf = (schema: Schema, part: string | number): Schema | undefined => childrenOf(schema, part)[0];

const childIn = (shape: Structure, part: string | number): Schema | undefined => {
  if (shape.kind === 'record') return shape.value;
  if (shape.kind === 'array') return typeof part === 'number' || /^\d+$/.test(part) ? shape.item : undefined;
  const { entries, rest } = shape;
  if (typeof part === 'string' && Object.hasOwn(entries, part)) return entries[part];
  return rest === 'any' ? undefined : rest;
};

/** The keys that an object requires; empty for a union or any other schema. */
export const requiredKeysOf = (schema: Schema): readonly string[] => {
  const shape = shapeOf(schema);
  if (shape.kind !== 'object') return [];
  return Object.entries(shape.entries).flatMap(([key, entry]) => (mayBeMissing(entry) ? [] : key));
};

const mayBeMissing = (schema: Schema): boolean => {
  if (anatomyOf(schema).type === 'exact_optional') return true;
  const result = schema['~standard'].validate(undefined);
  return result instanceof Promise || result.issues === undefined;
};
