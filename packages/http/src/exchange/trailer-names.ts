/**
 * Fields that are not allowed in a trailer section: message framing, routing, request modifiers, authentication,
 * response control data, and fields that say how to process the content.
 *
 * Source: RFC 9110 section 6.5.1, with the list of RFC 7230 section 4.1.2
 */
const forbidden: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'expect',
  'expires',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'location',
  'max-forwards',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'retry-after',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'www-authenticate',
]);

/** Whether a field is allowed in a trailer section. @param name in lower case */
export const isAllowedInTrailers = (name: string): boolean => !forbidden.has(name);
