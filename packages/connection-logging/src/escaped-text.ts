/** Everything but printable ASCII as an escape sequence, so that one entry never looks like two. */
export const escapedText = (text: string): string =>
  text.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
