import { listMembers } from './field-list.ts';
import type { HttpFields } from './http-fields.ts';

/**
 * Adds a request field to Vary, which tells caches that the response depends on it. Does nothing if the field is
 * already listed or Vary is `*`.
 *
 * @param name request field in lower case, e.g. `accept-encoding`
 * Source: RFC 9110 section 12.5.5
 */
export const addVary = (headers: HttpFields, name: string): void => {
  const value = headers.get('vary');
  if (value === undefined || value === '') return headers.set('vary', name);
  const listed = listMembers(value.toLowerCase());
  if (!listed.includes('*') && !listed.includes(name)) headers.set('vary', `${value}, ${name}`);
};
