/**
 * Text without characters that could break a line of a log, move the cursor of a terminal or reorder what is shown:
 * control and format characters, line separators and lone surrogates become `\u001b`.
 *
 * Source: Unicode general categories Cc, Cf, Zl, Zp, Cs
 */
export const escapedText = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
