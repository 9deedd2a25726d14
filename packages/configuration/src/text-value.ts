import type { Scalar } from './node.ts';
import { type Schema, shapeOf } from './shape.ts';

/**
 * What a text of the environment or the command line stands for where a schema expects something: a number, true or
 * false, one of a choice in any case, null, or a list with `;` between its items. Text that stands for nothing of the
 * kind stays text, and the schema refuses it.
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

/** Blanks around an item and empty items are skipped. */
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
