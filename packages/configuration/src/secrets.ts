import type { KeyPath } from './key-path.ts';
import { type Schema, childrenOf, marksOf } from './shape.ts';

/** What stands in the place of a secret. */
export const mask = '***';

/** Whether what stands at a path, or anything around it, is marked as secret. */
export const isSecretAt = (schema: Schema, path: KeyPath): boolean => {
  if (marksOf(schema).secret) return true;
  const [part, ...rest] = path;
  return part !== undefined && childrenOf(schema, part).some((child) => isSecretAt(child, rest));
};
