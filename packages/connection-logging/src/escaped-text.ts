/** Replaces all characters except printable ASCII by escape sequences, so that one entry cannot look like two. */
export const escapedText = (text: string): string =>
  text.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
