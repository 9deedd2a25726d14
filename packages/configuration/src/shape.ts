import type { GenericSchema } from 'valibot';
import type { Scalar } from './node.ts';

/** A schema of valibot, whatever it is for. */
export type Schema = GenericSchema;

/** What a schema expects, as far as reading text, finding keys and explaining need to know. */
export type Shape =
  | {
      readonly kind: 'object';
      readonly entries: Readonly<Record<string, Schema>>;
      /** What keys beside the entries hold; without it there are none. */
      readonly rest: Schema | 'any' | undefined;
    }
  | { readonly kind: 'record'; readonly value: Schema }
  | { readonly kind: 'array'; readonly item: Schema }
  | { readonly kind: 'union'; readonly options: readonly Schema[]; readonly orNull: boolean }
  | { readonly kind: 'choice'; readonly values: readonly Scalar[] }
  | { readonly kind: 'text' | 'number' | 'boolean' | 'null' | 'any' };

/** The parts of valibot's schemas that are looked at; all of them are documented there. */
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

/** Looks a schema over. One of an unknown kind expects anything: only valibot itself judges it then. */
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

/** What `v.metadata` says of a schema, the parts that are known here. */
export interface SchemaMarks {
  /** Never shown: `v.metadata({ secret: true })`. */
  readonly secret: boolean;
  /** What is allowed, in words that complete "has to be …": `v.metadata({ allowed: 'a power of two' })`. */
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

/** The requirement of a check in the pipe of a schema, e.g. of `min_value`; `true` where it has none. */
export const requirementOf = (schema: Schema, type: string): unknown => {
  const { pipe = [] } = anatomyOf(schema);
  const item = pipe.find((candidate) => candidate.kind === 'validation' && candidate.type === type);
  if (item !== undefined) return item.requirement ?? true;
  const inner = innerOf(schema);
  return inner && requirementOf(inner, type);
};

/** What a pipe begins with, or what `optional` and the like are around. */
const innerOf = (schema: Schema): Schema | undefined => {
  const { pipe, wrapped } = anatomyOf(schema);
  return (pipe?.[0] as Schema | undefined) ?? wrapped;
};

/** What a schema expects of objects and lists: of a union that of every option. */
export const structuresOf = (schema: Schema): readonly Structure[] => {
  const shape = shapeOf(schema);
  if (shape.kind === 'union') return shape.options.flatMap(structuresOf);
  return shape.kind === 'object' || shape.kind === 'record' || shape.kind === 'array' ? [shape] : [];
};

/** A shape that has keys or indexes. */
export type Structure = Extract<Shape, { kind: 'object' | 'record' | 'array' }>;

/** The keys that are known of what a schema expects. */
export const keysOf = (schema: Schema): readonly string[] => [
  ...new Set(structuresOf(schema).flatMap((shape) => (shape.kind === 'object' ? Object.keys(shape.entries) : []))),
];

/** The schemas of what stands under a key or an index, one for each option of a union that has it. */
export const childrenOf = (schema: Schema, part: string | number): readonly Schema[] =>
  structuresOf(schema).flatMap((shape) => childIn(shape, part) ?? []);

/** The first of them; `undefined` where nothing is known of it. */
export const childOf = (schema: Schema, part: string | number): Schema | undefined => childrenOf(schema, part)[0];

const childIn = (shape: Structure, part: string | number): Schema | undefined => {
  if (shape.kind === 'record') return shape.value;
  if (shape.kind === 'array') return typeof part === 'number' || /^\d+$/.test(part) ? shape.item : undefined;
  const { entries, rest } = shape;
  if (typeof part === 'string' && Object.hasOwn(entries, part)) return entries[part];
  return rest === 'any' ? undefined : rest;
};

/** The keys that an object has to have; none of a union or of anything else. */
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
