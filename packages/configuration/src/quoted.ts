const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text without characters that break a line, move a cursor or reorder what is shown. */
export const printable = (text: string): string =>
  text.replaceAll(unprintable, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);

/** As much of a value as a message shows. */
const shownLength = 80;

/** A value as JSON in one line, cut off where it is long. */
export const quoted = (value: unknown): string => {
  const text = printable(jsonText(value));
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
};

/** JSON, with the numbers that JSON lacks as text. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  ) ?? String(value);
