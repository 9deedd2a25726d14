const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Escapes characters that break a line, move a cursor or reorder displayed text. */
export const printable = (text: string): string =>
  text.replaceAll(unprintable, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);

/** Maximum length of a value in a message. */
const shownLength = 80;

/** A value as JSON in one line; long values are truncated. */
export const quoted = (value: unknown): string => {
  const text = printable(jsonText(value));
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
};

/** JSON; numbers that JSON cannot represent are written as text. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  ) ?? String(value);
