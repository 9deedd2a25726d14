import { Refusal } from './refusal.ts';

/**
 * Reads a path base, and drops exactly one trailing slash.
 *
 * @param start index of the text in the address
 * @throws Refusal `ADDRESS_BLANK`
 *
 * Source: Kestrel `BindingAddress.Parse`.
 */
export const readPathBase = (text: string, start: number): string => {
  const pathBase = text.endsWith('/') ? text.slice(0, -1) : text;
  // A space before the slash would be at the end of the formatted address.
  const end = pathBase.trimEnd().length;
  if (end < pathBase.length) throw new Refusal('ADDRESS_BLANK', start + end);
  return pathBase;
};

/** The text of a path base. A path base that ends with a slash gets another slash, which reading drops. */
export const formatPathBase = (pathBase: string): string => (pathBase.endsWith('/') ? `${pathBase}/` : pathBase);
