/** Segments of characters that need no escape (RFC 3986 section 3.3). None is empty, because `//host` would be another host. */
const segments = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!$&'()*+;=:@-]+)+$/;

/** Reads a path prefix that a proxy has removed. @returns `undefined` for an invalid prefix */
export const readPrefix = (text: string): string | undefined => (segments.test(text) ? text : undefined);
