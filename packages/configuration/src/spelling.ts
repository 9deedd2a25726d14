/** A form that is equal for all spellings of a key outside of files: `DATE_HEADER`, `date-header`, `dateHeader`. */
export const foldedKey = (key: string): string => key.replaceAll(/[-_]/g, '').toLowerCase();

/** Whether a key from outside of a file is a spelling of a known key. */
export const isSameKey = (typed: string, known: string): boolean => foldedKey(typed) === foldedKey(known);

/** The known key that a typed key is a spelling of. */
export const knownSpelling = (typed: string, known: Iterable<string>): string | undefined => {
  const folded = foldedKey(typed);
  for (const key of known) if (key === typed || foldedKey(key) === folded) return key;
  return undefined;
};

/** The spelling for a new name: `MY_API` becomes `myApi`; a name with lower-case letters is unchanged. */
export const newSpelling = (typed: string): string =>
  /\p{Ll}/u.test(typed)
    ? typed
    : typed
        .toLowerCase()
        .replaceAll(underscores, (run, letter: string) => (letter === '' ? run : letter.toUpperCase()));

/** Underscores and the letter after them, if any. */
const underscores = /_+(\p{L}?)/gu;
