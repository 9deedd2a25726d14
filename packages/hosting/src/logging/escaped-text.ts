/** Characters that could break a log line, move the cursor of a terminal or reorder displayed text. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Escapes characters that could break a log line, move the cursor of a terminal or reorder displayed text.
 * Control and format characters, line separators and lone surrogates become `\u001b`; those above U+FFFF become two of
 * these.
 *
 * Source: Unicode general categories Cc, Cf, Zl, Zp, Cs
 */
export const escapedText = (text: string): string => text.replaceAll(unsafe, escaped);

/** UTF-16 code units, as JSON and JavaScript write them. */
const escaped = (character: string): string => {
  let text = '';
  for (let at = 0; at < character.length; at++) text += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return text;
};
