import type { Scalar } from './node.ts';
import { type Schema, shapeOf } from './shape.ts';

/**
 * Converts text from the environment or the command line to the type of the schema: a number, true or false, an option
 * in any case, null, or a list with `;` between its items. Other text is returned unchanged, and the schema rejects it.
 */
export const textValue = (text: string, schema: Schema): unknown => {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'number':
      return /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return booleans[text.trim().toLowerCase()] ?? text;
    case 'null':
      return isNull(text) ? null : text;
    case 'choice':
      return chosen(text, shape.values);
    case 'array':
      return itemsOf(text).map((item) => textValue(item, shape.item));
    case 'union':
      return shape.orNull && isNull(text) ? null : firstAccepted(text, shape.options);
    default:
      return text;
  }
};

const booleans: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

const isNull = (text: string): boolean => text.trim().toLowerCase() === 'null';

const chosen = (text: string, values: readonly Scalar[]): Scalar => {
  const folded = text.trim().toLowerCase();
  return values.find((value) => String(value).toLowerCase() === folded) ?? text;
};

/** Items are trimmed, and empty items are dropped. */
const itemsOf = (text: string): string[] =>
  text
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const firstAccepted = (text: string, options: readonly Schema[]): unknown => {
  const readings = options.map((option) => ({ option, value: textValue(text, option) }));
  const accepted = readings.find(({ option, value }) => accepts(option, value)) ?? readings[0];
  return accepted === undefined ? text : accepted.value;
};

const accepts = (schema: Schema, value: unknown): boolean => {
  const result = schema['~standard'].validate(value);
  return !(result instanceof Promise) && result.issues === undefined;
};
