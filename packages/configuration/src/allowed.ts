import { quoted } from './quoted.ts';
import { type Schema, marksOf, requirementOf, shapeOf } from './shape.ts';

/** Describes the values that a schema allows, to complete the sentence "it must be …". */
export const allowedText = (schema: Schema): string => marksOf(schema).allowed ?? textOf(schema);

const textOf = (schema: Schema): string => {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'number':
      return numberText(schema);
    case 'text':
      return requirementOf(schema, 'non_empty') === undefined ? 'a string' : 'a non-empty string';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'choice':
      return shape.values.map(quoted).join(' or ');
    case 'array':
      return `a list, each item ${allowedText(shape.item)}`;
    case 'object':
      return `an object with keys among ${Object.keys(shape.entries).join(', ')}`;
    case 'record':
      return 'an object';
    case 'union':
      return [...shape.options.map(allowedText), ...(shape.orNull ? ['null'] : [])].join(', or ');
    default:
      return 'something else';
  }
};

const numberText = (schema: Schema): string => {
  const isWhole = ['integer', 'safe_integer'].some((type) => requirementOf(schema, type) !== undefined);
  const noun = isWhole ? 'an integer' : 'a number';
  const min = bound(schema, 'min_value');
  const max = bound(schema, 'max_value');
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${max}`;
  if (min !== undefined) return `${noun} of at least ${min}`;
  return max === undefined ? noun : `${noun} of at most ${max}`;
};

const bound = (schema: Schema, type: string): number | undefined => requirementOf(schema, type) as number | undefined;
