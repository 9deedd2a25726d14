/** Characters that move the cursor of a terminal, reorder text or are invisible. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Replaces unsafe characters, except line ends and tabs, with their number: `\u{202e}`. */
export const visibleText = (text: string): string =>
  text.replace(unseen, (character) =>
    character === '\n' || character === '\t' ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );

/** Shortens a text to a number of characters, and adds how many are omitted. */
export const clippedText = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length)} … (${text.length - length} more characters)`;
