const isWhitespace = (char: number): boolean => char === 0x20 || char === 0x09;

/**
 * Removes optional whitespace from both ends of a field value or list member: only spaces and tabs. Linear in the
 * length of the text, unlike a pattern for both ends.
 *
 * Source: RFC 9110 section 5.6.3
 */
export const trimWhitespace = (text: string): string => {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text.charCodeAt(start))) start++;
  while (start < end && isWhitespace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
};

/**
 * Splits a comma-separated field value into its members, without the whitespace around them. Empty members are kept, so
 * the result has at least one member. Not for lists whose members contain quoted strings.
 *
 * Source: RFC 9110 section 5.6.1
 */
export const listMembers = (value: string): string[] => value.split(',').map(trimWhitespace);

/**
 * Whether a comma-separated field value has a member, ignoring case, e.g. `close` in a Connection field.
 *
 * @param member in lower case
 * Source: RFC 9110 sections 5.6.1 and 7.6.1
 */
export const hasListMember = (value: string, member: string): boolean => {
  const list = value.toLowerCase();
  // Most values do not contain the text, and need no array.
  return list === member || (list.includes(member) && listMembers(list).includes(member));
};
