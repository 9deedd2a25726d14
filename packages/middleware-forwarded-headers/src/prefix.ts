/** Segments of what needs no escape in a path (RFC 3986 section 3.3), none of them empty: `//host` would be a place elsewhere. */
const segments = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!$&'()*+;=:@-]+)+$/;

/** A path base that a proxy has taken off, or `undefined`. */
export const readPrefix = (text: string): string | undefined => (segments.test(text) ? text : undefined);
