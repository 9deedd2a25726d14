import { Refusal } from './refusal.ts';

/**
 * A path base from its text: exactly one trailing slash is dropped.
 *
 * @param start index of the text in the address
 * @throws Refusal `ADDRESS_BLANK`
 *
 * Source: Kestrel `BindingAddress.Parse`.
 */
export const readPathBase = (text: string, start: number): string => {
  const pathBase = text.endsWith('/') ? text.slice(0, -1) : text;
  // The slash hid the blank, which would be at the end of the address when it is formatted.
  const end = pathBase.trimEnd().length;
  if (end < pathBase.length) throw new Refusal('ADDRESS_BLANK', start + end);
  return pathBase;
};

/** The text of a path base; one that ends with a slash gets another, which reading drops. */
export const formatPathBase = (pathBase: string): string => (pathBase.endsWith('/') ? `${pathBase}/` : pathBase);
