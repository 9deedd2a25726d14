import { toJsonSchema } from '@valibot/to-json-schema';
import { settingsSchema } from '../../src/settings/schema.ts';

/** What editors complete and check `windhover.json` by. Made of the schema that the host itself reads by. */
export const settingsJsonSchema = (): object => {
  const { $schema, ...schema } = toJsonSchema(settingsSchema({}), { typeMode: 'input', errorMode: 'ignore' });
  // An application may declare keys of its own at the top, which no editor knows of.
  const open = { $schema, title: 'Settings of a Windhover host', ...schema, additionalProperties: true };
  return JSON.parse(JSON.stringify(open), withoutMarks) as object;
};

/** `allowed` is an error message to editors; `secret` means nothing to them. */
const withoutMarks = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { secret: _secret, allowed, ...rest } = value as Record<string, unknown>;
  return typeof allowed === 'string' ? { ...rest, errorMessage: `has to be ${allowed}` } : rest;
};
