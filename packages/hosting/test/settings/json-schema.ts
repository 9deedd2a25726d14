import { toJsonSchema } from '@valibot/to-json-schema';
import { settingsSchema } from '../../src/settings/schema.ts';

/** The JSON Schema with which editors complete and check `windhover.json`, derived from the schema of the host. */
export const settingsJsonSchema = (): object => {
  const { $schema, ...schema } = toJsonSchema(settingsSchema({}), { typeMode: 'input', errorMode: 'ignore' });
  // An application may declare its own top-level keys, which editors do not know.
  const open = { $schema, title: 'Settings of a Windhover host', ...schema, additionalProperties: true };
  return JSON.parse(JSON.stringify(open), withoutMarks) as object;
};

/** Turns `allowed` into an error message for editors and drops `secret`. */
const withoutMarks = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { secret: _secret, allowed, ...rest } = value as Record<string, unknown>;
  return typeof allowed === 'string' ? { ...rest, errorMessage: `must be ${allowed}` } : rest;
};
