/**
 * The value of a Content-Disposition field that lets a browser save the content under a name. Non-ASCII names are sent
 * twice: encoded, and with `?` as replacement for old clients. A name may come from a user: control characters and
 * folders are removed.
 *
 * @param type `attachment` to save the content, `inline` to show it
 *
 * Source: RFC 6266 section 4; RFC 8187 section 3.2
 */
export const contentDisposition = (name: string, type: 'attachment' | 'inline' = 'attachment'): string => {
  const safe = baseName(name).replace(loneSurrogates, '\ufffd').replace(controlCharacters, '');
  if (safe === '') return type;
  const plain = `${type}; filename="${safe.replace(outsideAscii, '?').replace(/["\\]/g, '\\$&')}"`;
  // Some clients decode escapes in the plain form.
  return isPlain.test(safe) ? plain : `${plain}; filename*=UTF-8''${extendedValue(safe)}`;
};

const loneSurrogates = /\p{Cs}/gu;
const controlCharacters = /[\p{Cc}\p{Bidi_Control}]/gu;
const outsideAscii = /[^\x20-\x7e]/gu;
const isPlain = /^[\x20-\x24\x26-\x7e]*$/;

const baseName = (name: string): string => name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);

/** `encodeURIComponent` does not encode four characters that are not `attr-char`. */
const extendedValue = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
