/** What moves the cursor of a terminal, reorders text or is not seen at all; line ends and tabs are not among it. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text in which every character that could deceive is shown as its number: `\u{202e}`. */
export const visibleText = (text: string): string =>
  text.replace(unseen, (character) =>
    character === '\n' || character === '\t' ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );

/** As many characters as a page wants to have of a text. */
export const clippedText = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length)} … (${text.length - length} more characters)`;
