/** Equal for all the ways in which people type a key outside of files: `DATE_HEADER`, `date-header`, `dateHeader`. */
export const foldedKey = (key: string): string => key.replaceAll(/[-_]/g, '').toLowerCase();

/** Whether a key typed outside of a file means a known one. */
export const isSameKey = (typed: string, known: string): boolean => foldedKey(typed) === foldedKey(known);

/** The one of the known keys that a typed one means. */
export const knownSpelling = (typed: string, known: Iterable<string>): string | undefined => {
  const folded = foldedKey(typed);
  for (const key of known) if (key === typed || foldedKey(key) === folded) return key;
  return undefined;
};

/** How a name that nobody knows yet is spelled: `MY_API` as `myApi`; one with small letters as it is. */
export const newSpelling = (typed: string): string =>
  /\p{Ll}/u.test(typed)
    ? typed
    : typed
        .toLowerCase()
        .replaceAll(underscores, (run, letter: string) => (letter === '' ? run : letter.toUpperCase()));

/** Underscores and the letter that follows them, if one does. */
const underscores = /_+(\p{L}?)/gu;
