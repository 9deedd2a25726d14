/** The items of a text with `;` between them, without blanks around them and empty ones. */
export const itemsOf = (text: string): string[] =>
  text
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '');
