/**
 * One `token "=" value` with its semicolons; value = token / quoted-string, without whitespace. Semicolons without a pair are
 * allowed (RFC 7239 section 4, RFC 9110 sections 5.6.2 and 5.6.4).
 */
const pair =
  /;*(?<name>[!#$%&'*+.^_`|~\w-]+)=(?:(?<token>[!#$%&'*+.^_`|~\w-]+)|"(?<quoted>[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]*(?:\\[\t\x20-\x7e\x80-\xff][\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]*)*)")(?:;+|$)/y;

/**
 * Parses a forwarded-element.
 *
 * @returns values by parameter name in lower case; `undefined` if the element is malformed or has a parameter twice
 */
export const readForwardedElement = (text: string): ReadonlyMap<string, string> | undefined => {
  const values = new Map<string, string>();
  pair.lastIndex = 0;
  do {
    const { name, token, quoted = '' } = pair.exec(text)?.groups ?? {};
    const key = name?.toLowerCase();
    if (key === undefined || values.has(key)) return undefined;
    values.set(key, token ?? quoted.replaceAll(/\\(.)/g, '$1'));
  } while (pair.lastIndex < text.length);
  return values;
};
