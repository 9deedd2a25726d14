import type { KeyPath } from './key-path.ts';
import { type Schema, childOf, marksOf } from './shape.ts';

/** What stands in the place of a secret. */
export const mask = '***';

/** Whether what stands at a path, or anything around it, is marked as secret. */
export const isSecretAt = (root: Schema, path: KeyPath): boolean => {
  let schema: Schema | undefined = root;
  for (const part of path) {
    if (schema === undefined) return false;
    if (marksOf(schema).secret) return true;
    schema = childOf(schema, part);
  }
  return schema !== undefined && marksOf(schema).secret;
};
