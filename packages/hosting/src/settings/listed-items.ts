/** Splits text at `;`. Items are trimmed, and empty items are dropped. */
export const itemsOf = (text: string): string[] =>
  text
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '');
